"""When an item of a checklist is due at an object."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from gridgov import clock
from grids.models import GridObject, RiskGrade
from inspections.checklists import ItemDue, due_items
from inspections.models import Answer, Checklist, Finding, Result, VersionState, Visit
from inspections.services.visits import Given
from tests.case_factories import Cast
from tests.factories import make_organisation
from tests.inspection_factories import add_version, make_checklist, make_visit
from tests.registry_factories import make_object, make_type

TODAY = date(2026, 11, 20)
RHYTHM = {"days_low": 90, "days_general": 60, "days_larger": 30, "days_major": 15}


@pytest.fixture
def shop(cast: Cast) -> GridObject:
    return make_object(cast.city.grid, type=make_type())


def ask(shop: GridObject, checklist: Checklist, cast: Cast, when: datetime, *keys: str) -> None:
    """A visit at which items of the checklist's published version were found normal."""
    visit = Visit.objects.create(
        client_uuid=uuid4(), object=shop, area=shop.area, district=shop.district, inspector=cast.inspector,
        started_at=when, finished_at=when, received_at=when,
    )  # fmt: skip
    version = checklist.versions.get(state=VersionState.PUBLISHED)
    for item in version.items.filter(key__in=keys):
        Answer.objects.create(
            visit=visit, object=shop, item=item, checklist_id=checklist.pk, item_key=item.key,
            result=Result.NORMAL, answered_at=when,
        )  # fmt: skip


def days_ago(days: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, 20, hour, tzinfo=timezone.get_default_timezone()) - timedelta(days=days)


def items_of(shop: GridObject) -> dict[str, ItemDue]:
    return {
        row.item.key: row
        for department in due_items(shop, TODAY)
        for checklist in department.checklists
        for row in checklist.items
    }


def test_what_was_never_asked_is_due_at_once(shop):
    make_checklist([shop.type], [RHYTHM])
    row = items_of(shop)["item-1"]
    assert (row.last_asked, row.due_on, row.is_due) == (None, TODAY, True)


@pytest.mark.parametrize(
    ("risk", "days"),
    [(RiskGrade.LOW, 90), (RiskGrade.GENERAL, 60), (RiskGrade.LARGER, 30), (RiskGrade.MAJOR, 15)],
)
def test_the_risk_grade_decides_after_how_many_days_it_is_due_again(shop, cast, risk, days):
    checklist = make_checklist([shop.type], [RHYTHM])
    shop.risk = risk
    ask(shop, checklist, cast, days_ago(10), "item-1")
    row = items_of(shop)["item-1"]
    assert (row.days, row.is_due) == (days, False)
    assert row.due_on == TODAY - timedelta(days=10) + timedelta(days=days)


def test_it_is_due_on_the_day_itself_and_counts_from_the_newest_answer(shop, cast):
    checklist = make_checklist([shop.type], [RHYTHM])
    ask(shop, checklist, cast, days_ago(400), "item-1")
    ask(shop, checklist, cast, days_ago(90), "item-1")
    row = items_of(shop)["item-1"]
    assert (row.last_asked, row.due_on, row.is_due) == (days_ago(90), TODAY, True)
    assert not due_items(shop, TODAY - timedelta(days=1))[0].is_due


def test_without_days_it_is_shown_but_never_due_by_itself(shop):
    make_checklist([shop.type], [{}])
    row = items_of(shop)["item-1"]
    assert (row.due_on, row.is_due) == (None, False)


def test_days_for_another_risk_grade_only_do_not_count(shop):
    make_checklist([shop.type], [{"days_major": 15}])
    assert not items_of(shop)["item-1"].is_due


def test_a_new_version_does_not_make_everything_due_again(shop, cast):
    checklist = make_checklist([shop.type], [RHYTHM])
    ask(shop, checklist, cast, days_ago(10), "item-1")
    add_version(checklist, [RHYTHM, RHYTHM])
    rows = items_of(shop)
    assert (rows["item-1"].is_due, rows["item-2"].is_due) == (False, True)


def test_drafts_lists_out_of_use_other_types_and_other_districts_ask_nothing(shop):
    make_checklist([shop.type], [RHYTHM], state=VersionState.DRAFT)
    make_checklist([shop.type], [RHYTHM], is_active=False)
    make_checklist([make_type("lamp")], [RHYTHM])
    make_checklist([shop.type], [RHYTHM], department=make_organisation(kind="department"))
    assert due_items(shop, TODAY) == []


def test_one_visit_asks_the_items_of_all_departments(shop, cast):
    departments = [make_organisation(cast.city.district, "department") for _ in range(3)]
    for department in departments:
        make_checklist([shop.type], [RHYTHM, {}], department=department)
    make_checklist([shop.type], [RHYTHM], department=departments[0])
    asked = due_items(shop, TODAY)
    assert [row.department for row in asked] == departments
    assert [len(row.checklists) for row in asked] == [2, 1, 1]
    assert all(row.is_due for row in asked)


def test_after_a_visit_nothing_is_due_for_some_days_unless_a_finding_is_open(shop, cast):
    make_checklist([shop.type], [RHYTHM, RHYTHM])
    item = items_of(shop)["item-1"].item
    with clock.at(days_ago(2)):
        visit = make_visit(cast.inspector, shop, Given(item.pk, "normal"))
    row = items_of(shop)["item-2"]
    assert (row.last_asked, row.due_on, row.is_due) == (None, TODAY + timedelta(days=5), False)
    assert due_items(shop, TODAY + timedelta(days=5))[0].is_due
    Finding.objects.create(
        answer=visit.answers.get(), object=shop, area=shop.area, district=shop.district,
        state="settled", found_at=visit.finished_at, ended_at=visit.finished_at,
    )  # fmt: skip
    assert items_of(shop)["item-2"].is_due


def test_the_newest_day_is_that_of_the_district_not_of_utc(shop, cast, settings):
    settings.VISIT_EVERY_DAYS = 1
    checklist = make_checklist([shop.type], [{"days_low": 1}])
    # Seven in the morning in China is still yesterday in UTC.
    ask(shop, checklist, cast, days_ago(0, hour=7), "item-1")
    assert items_of(shop)["item-1"].due_on == TODAY + timedelta(days=1)


def test_without_a_day_it_is_today(shop):
    make_checklist([shop.type], [RHYTHM])
    with clock.at(days_ago(0)):
        assert due_items(shop)[0].is_due


@pytest.mark.parametrize("number", [1, 30])
def test_the_number_of_queries_does_not_grow(shop, cast, number, django_assert_num_queries):
    for _ in range(number):
        checklist = make_checklist([shop.type], [RHYTHM] * 3)
        ask(shop, checklist, cast, days_ago(10), "item-1")
    fresh = GridObject.objects.get(pk=shop.pk)
    with django_assert_num_queries(5):
        rows = items_of(fresh)
        [str(row.item.version.checklist.department) for row in rows.values()]
