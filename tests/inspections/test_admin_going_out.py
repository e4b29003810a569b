"""Visits, findings, duties and diaries in the admin: looked at, each by whom it is for, and never changed."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission

from gridgov import clock
from inspections.models import Answer, DiaryEntry, Duty, Finding, Visit
from tests.factories import make_user
from tests.inspection_factories import make_checklist, make_visit
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(cast):
    """One of each, of the inspector's."""
    shop = make_object(cast.city.grid, type=make_type())
    make_checklist([shop.type], [{"question_en": "Exit locked"}])
    visit = make_visit(cast.inspector, shop)
    district, now = cast.city.district, clock.now()
    found = Finding.objects.create(
        answer=Answer.objects.get(), object=shop, area=shop.area, district=district, state="settled", found_at=now,
        ended_at=now,
    )  # fmt: skip
    duty = Duty.objects.create(user=cast.inspector, district=district, started_at=now)
    entry = DiaryEntry.objects.create(
        client_uuid=uuid4(),
        author=cast.inspector,
        area=shop.area,
        district=district,
        written_at=now,
        text="张家漏水",
    )
    return [visit, found, duty, entry]


def address(row):
    return f"/admin/inspections/{row._meta.model_name}/"


def test_the_administrator_finds_and_opens_them_and_changes_nothing(client, rows):
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    for row in rows:
        page = client.get(address(row)).content.decode()
        assert f"{address(row)}{row.pk}/change/" in page
        assert client.get(f"{address(row)}{row.pk}/change/").status_code == 200
        assert client.post(f"{address(row)}{row.pk}/change/", {}).status_code == 403
        assert client.post(f"{address(row)}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert client.get(f"{address(row)}add/").status_code == 403


def test_others_on_the_staff_see_what_is_theirs_to_see(client, rows, cast):
    allowed = Permission.objects.filter(codename__in=[f"view_{row._meta.model_name}" for row in rows])
    for person, sees in ((cast.inspector, True), (cast.stranger, False)):
        person.is_staff = True
        person.save(update_fields=["is_staff"])
        person.user_permissions.set(allowed)
        client.force_login(person)
        for row in rows:
            page = client.get(address(row)).content.decode()
            assert (f"{address(row)}{row.pk}/change/" in page) is sees


def test_the_list_of_visits_needs_no_more_queries_for_more_rows(
    client, rows, cast, django_assert_max_num_queries
):
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    for _more in range(5):
        make_visit(cast.inspector, Visit.objects.first().object)
    with django_assert_max_num_queries(12):
        client.get("/admin/inspections/visit/")
