"""The pages that show visits: one in full, an object's history, what found a case."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from inspections.models import ChecklistItem, VisitPhoto
from inspections.services.visits import Given
from tests.inspection_factories import make_checklist, make_visit, photo_ahead
from tests.registry_factories import make_object, make_type


@pytest.fixture
def shop(cast):
    shop = make_object(cast.city.grid, make_type(), name="演示商铺")
    make_checklist([shop.type], [{"question": "灭火器是否有效"}], department=cast.city.district_department)
    return shop


@pytest.fixture
def visit(cast, shop):
    """A visit that found something."""
    item = ChecklistItem.objects.get().pk
    return make_visit(cast.inspector, shop, Given(item, "abnormal", "没压力", [photo_ahead(cast.inspector)]))


def get(user, path, **headers):
    client = Client()
    client.force_login(user)
    return client.get(path, headers={"accept-language": "en", **headers})


def test_a_visit_shows_what_was_asked_found_and_became_of_it(cast, visit):
    page = get(cast.inspector, f"/visits/{visit.pk}/").content.decode()
    for words in ("演示商铺", "灭火器是否有效", "没压力", Case.objects.get().number, "in a case"):
        assert words in page
    assert f"/visits/{visit.pk}/photos/{VisitPhoto.objects.get().photo_id}/thumb/" in page


def test_its_photos_say_where_they_come_from(cast, shop):
    item, at = ChecklistItem.objects.get().pk, datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    first = photo_ahead(cast.inspector, taken_at=at)
    copy = photo_ahead(cast.inspector, "red", taken_at=at, copy_of=first)
    visit = make_visit(cast.inspector, shop, Given(item, "abnormal", "", [first, copy]))
    page = get(cast.inspector, f"/visits/{visit.pk}/").content.decode()
    assert 'data-caption="before · taken 2026-11-20 08:30, told by the phone"' in page
    assert "before · marked copy · taken 2026-11-20 08:30, told by the phone" in page
    assert '<span class="photos__caption">before · marked copy</span>' in page
    case = get(cast.operator, f"/cases/{Case.objects.get().number}/").content.decode()
    assert "marked copy · taken 2026-11-20 08:30, told by the phone" in case


def test_its_photo_is_shown_to_who_sees_the_visit_and_to_nobody_else(cast, visit):
    path = f"/visits/{visit.pk}/photos/{VisitPhoto.objects.get().photo_id}/thumb/"
    assert get(cast.grid_leader, path).headers["Content-Type"] == "image/jpeg"
    assert get(cast.stranger, path).status_code == 404
    assert get(cast.inspector, path.replace("thumb", "original")).status_code == 404


def test_an_objects_history_tells_what_is_due_found_and_who_was_there(cast, shop, visit):
    page = get(cast.inspector, f"/registry/{shop.code}/history/").content.decode()
    for words in ("灭火器是否有效", Case.objects.get().number, str(cast.inspector), "1 abnormal"):
        assert words in page


def test_an_object_without_a_past_says_so(cast):
    lonely = make_object(cast.city.grid, make_type("lonely"))
    page = get(cast.inspector, f"/registry/{lonely.code}/history/").content.decode()
    for words in ("No department asks", "Nothing abnormal", "Nobody has been here"):
        assert words in page


def test_a_case_tells_which_visit_found_it(cast, shop, visit):
    page = get(cast.operator, f"/cases/{Case.objects.get().number}/findings/").content.decode()
    assert "演示商铺" in page
    assert f"/visits/{visit.pk}/" in page


def test_history_costs_the_same_for_one_visit_and_for_twenty(cast, shop, visit):
    client = Client()
    client.force_login(cast.inspector)
    path = f"/registry/{shop.code}/history/"

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    cost()
    one = cost()
    for _ in range(19):
        make_visit(cast.inspector, shop)
    assert cost() == one <= 12


@pytest.mark.parametrize("who", ["stranger", "citizen"])
def test_strangers_find_nothing(cast, shop, visit, who):
    for path in (
        f"/visits/{visit.pk}/",
        f"/registry/{shop.code}/history/",
        f"/cases/{Case.objects.get().number}/findings/",
        "/m/visit/",
    ):
        assert get(getattr(cast, who), path).status_code == 404
