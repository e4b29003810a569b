"""What an object's page tells of its past: cases, findings and visits, older ones by a link."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from cases.models import Case
from cases.services import report_case
from gridgov import clock
from inspections.models import ChecklistItem, Visit
from inspections.object_history import MOST_SHOWN
from inspections.services.visits import Given
from tests.case_factories import make_case
from tests.inspection_factories import make_checklist, make_visit, photo_ahead
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(cast):
    shop = make_object(cast.city.grid, make_type(), code="SHOP-1")
    make_checklist([shop.type], [{}], department=cast.city.district_department)
    return shop


def get(user, part="", before=""):
    client = Client()
    client.force_login(user)
    query = f"?part={part}&before={before}" if part else ""
    answer = client.get(f"/registry/SHOP-1/history/{query}", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(page):
    return re.findall(r"/cases/([\d-]+)/", page)


def test_it_tells_when_the_first_item_falls_due_next(cast, shop):
    make_checklist([shop.type], [{"days_low": 90}, {"days_low": 30}, {}], code="gas")
    page = get(cast.inspector)
    assert "due now" in page
    assert "never asked here" in page
    assert '<a href="/checklists/gas/">' in page
    make_visit(cast.inspector, shop)
    page = get(cast.inspector)
    assert "due now" not in page
    assert f"next on {clock.today() + timedelta(days=30)}" in page


def test_cases_about_it_are_listed_whoever_reported_them(cast, shop):
    case = report_case(actor=cast.inspector, object=shop, description="招牌松动")
    make_case(cast)  # at the same place, about nothing in particular
    assert numbers(get(cast.grid_leader)) == [case.number]


def test_a_case_that_a_visit_raised_is_about_the_visited_object(cast, shop):
    item = ChecklistItem.objects.get().pk
    make_visit(cast.inspector, shop, Given(item, "abnormal", photos=[photo_ahead(cast.inspector)]))
    case = Case.objects.get()
    assert case.object == shop
    assert set(numbers(get(cast.inspector, "cases"))) == {case.number}


def test_a_viewer_who_may_not_see_the_cases_sees_none(cast, shop):
    """An officer of the district's department sees the shop, but only the cases of the unit."""
    report_case(actor=cast.inspector, object=shop, description="招牌松动")
    page = get(cast.officer)
    assert numbers(page) == []
    assert "No case that you may see" in page


@pytest.mark.parametrize("part", ["cases", "findings", "visits"])
def test_older_ones_come_by_a_link_each_once(cast, shop, part):
    item = ChecklistItem.objects.get().pk
    for _ in range(MOST_SHOWN + 3):
        if part == "cases":
            report_case(actor=cast.inspector, object=shop, description="招牌松动")
        elif part == "visits":
            make_visit(cast.inspector, shop)
        else:
            make_visit(cast.inspector, shop, Given(item, "abnormal", photos=[photo_ahead(cast.inspector)]))
    first = get(cast.inspector, part)
    before = re.search(rf"part={part}&amp;before=(\d+)", first)[1]
    assert f"before={before}" in get(cast.inspector)
    second = get(cast.inspector, part, before)
    rows = [re.findall(r'<li class="list__row', page) for page in (first, second)]
    assert [len(row) for row in rows] == [MOST_SHOWN, 3]
    assert "&amp;before=" not in second
    if part == "cases":
        assert len({*numbers(first), *numbers(second)}) == MOST_SHOWN + 3


def test_visits_go_on_by_when_they_were_not_by_when_they_arrived(cast, shop):
    for _ in range(MOST_SHOWN + 1):
        make_visit(cast.inspector, shop)
    oldest = Visit.objects.earliest("finished_at")
    late = Visit.objects.latest("id")  # arrived last, and was the first of all
    Visit.objects.filter(pk=late.pk).update(
        started_at=oldest.started_at.replace(year=2020), finished_at=oldest.finished_at.replace(year=2020)
    )
    first = get(cast.inspector, "visits")
    assert f"/visits/{late.pk}/" not in first
    before = re.search(r"part=visits&amp;before=(\d+)", first)[1]
    assert f"/visits/{late.pk}/" in get(cast.inspector, "visits", before)


def test_an_id_of_another_object_gives_nothing(cast, shop):
    other = make_visit(cast.inspector, make_object(cast.city.grid, shop.type, code="SHOP-2"))
    make_visit(cast.inspector, shop)
    assert "Nothing older" in get(cast.inspector, "visits", other.pk)


def test_an_older_page_costs_the_same_for_one_row_and_for_many(cast, shop, django_assert_num_queries):
    for _ in range(MOST_SHOWN + 2):
        make_visit(cast.inspector, shop)
    newest = Visit.objects.order_by("-finished_at", "-id")
    client = Client()
    client.force_login(cast.inspector)
    paths = [f"/registry/SHOP-1/history/?part=visits&before={newest[place].pk}" for place in (0, MOST_SHOWN)]
    client.get(paths[0])
    for path in paths:
        with django_assert_num_queries(6):
            client.get(path)
