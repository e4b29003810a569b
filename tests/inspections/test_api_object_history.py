"""GET registry/objects/<code>/history/: what is due at an object, and its past."""

import pytest

from cases.services import report_case
from inspections.models import ChecklistItem
from inspections.object_history import MOST_SHOWN
from inspections.services.visits import Given
from tests.cases.api.caller import V1, Caller
from tests.inspection_factories import make_checklist, make_visit, photo_ahead
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db
HISTORY = f"{V1}registry/objects/SHOP-1/history/"


@pytest.fixture
def shop(cast):
    shop = make_object(cast.city.grid, make_type(), code="SHOP-1")
    make_checklist([shop.type], [{"days_low": 30}], department=cast.city.district_department, code="fire")
    return shop


def test_it_tells_what_is_due_found_and_who_was_there(cast, shop):
    assert [
        (row["checklist"], row["is_due"]) for row in Caller(cast.inspector).get(HISTORY).json()["due"]
    ] == [("fire", True)]
    item = ChecklistItem.objects.get().pk
    visit = make_visit(
        cast.inspector, shop, Given(item, "abnormal", "没压力", photos=[photo_ahead(cast.inspector)])
    )
    told = Caller(cast.inspector).get(HISTORY).json()
    assert (told["due"][0]["is_due"], told["due"][0]["due_on"] is not None) == (False, True)
    assert [row["id"] for row in told["visits"]["results"]] == [visit.pk]
    (finding,) = told["findings"]["results"]
    assert (finding["note"], finding["state"], finding["visit"]) == ("没压力", "in_case", visit.pk)
    assert [row["number"] for row in told["cases"]["results"]] == [finding["case"]]


def test_older_rows_follow_by_their_address(cast, shop):
    for _ in range(MOST_SHOWN + 1):
        report_case(actor=cast.inspector, object=shop, description="招牌松动")
    caller = Caller(cast.inspector)
    first = caller.get(HISTORY).json()["cases"]
    second = caller.get(first["older"]).json()["cases"]
    numbers = [row["number"] for row in first["results"] + second["results"]]
    assert len(set(numbers)) == MOST_SHOWN + 1
    assert second["older"] is None


def test_cases_that_one_may_not_see_are_not_named_and_strangers_find_nothing(cast, shop):
    item = ChecklistItem.objects.get().pk
    make_visit(cast.inspector, shop, Given(item, "abnormal", photos=[photo_ahead(cast.inspector)]))
    told = Caller(cast.officer).get(HISTORY).json()
    assert told["cases"]["results"] == []
    assert told["findings"]["results"][0]["case"] is None
    assert Caller(cast.stranger).get(HISTORY).status_code == 404
