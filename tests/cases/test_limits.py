"""Which limit holds for a case, and when its stage is due by it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError

from cases.deadlines import deadline_of, promised_deadline
from cases.models import Case, Limit, Stage, StageLimit
from gridgov.worktime import Unit
from grids.models import AreaLevel, ManagementGrade

DISTRICT, STREET, COMMUNITY = AreaLevel.DISTRICT, AreaLevel.STREET, AreaLevel.COMMUNITY
A, B, C, ANY = *ManagementGrade, ""
# A Tuesday, ten o'clock in Foshan: 2 hours of the morning are left, then 3.5 of the afternoon.
TUESDAY_10 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def case(city) -> Case:
    """A case of the city's first grid, at the community; never saved."""
    Limit.objects.all().delete()
    StageLimit.objects.all().delete()
    return Case(
        district=city.district,
        street=city.street,
        community=city.community,
        grid=city.grid,
        case_class=city.case_class,
        condition=city.condition,
        level=COMMUNITY,
    )


def set_limits(case: Case, *rows: tuple[int | None, str, int]) -> None:
    for level, grade, hours in rows:
        Limit.objects.create(
            condition=case.condition, level=level, grade=grade, amount=hours, unit=Unit.URGENT_HOUR
        )


def hours(case: Case, stage: Stage = Stage.HANDLING) -> float | None:
    deadline = deadline_of(case, stage, TUESDAY_10)
    return deadline and (deadline.due_at - TUESDAY_10) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("limits", "level", "grade", "expected"),
    [
        pytest.param([(None, ANY, 9)], COMMUNITY, A, 9, id="one for any holds everywhere"),
        pytest.param([(None, ANY, 9), (None, A, 5)], COMMUNITY, A, 5, id="its grade before any"),
        pytest.param([(None, ANY, 9), (None, A, 5)], COMMUNITY, B, 9, id="another grade's is not its"),
        pytest.param([(None, ANY, 9), (STREET, ANY, 7)], STREET, A, 7, id="its level before any"),
        pytest.param([(None, ANY, 9), (STREET, ANY, 7)], DISTRICT, A, 9, id="another level's is not its"),
        pytest.param([(None, A, 5), (STREET, ANY, 7)], STREET, A, 7, id="level goes before grade"),
        pytest.param([(STREET, ANY, 7), (STREET, C, 3), (None, C, 5)], STREET, C, 3, id="both before one"),
        pytest.param(
            [(STREET, C, 3), (None, C, 5)], COMMUNITY, C, 5, id="grade alone when the level differs"
        ),
        pytest.param([(STREET, ANY, 7)], COMMUNITY, A, None, id="none fits"),
    ],
)
def test_the_limit_for_this_level_and_grade_goes_first(case, limits, level, grade, expected):
    set_limits(case, *limits)
    case.level = level
    case.grid.grade = grade
    assert hours(case) == expected


def test_a_case_without_a_grid_has_the_limits_for_any_grade(case):
    set_limits(case, (None, B, 5), (None, ANY, 9))
    case.grid = None
    assert hours(case) == 9


def test_two_limits_for_the_same_are_refused(case):
    set_limits(case, (None, ANY, 9))
    with pytest.raises(IntegrityError, match="limit_key"):
        set_limits(case, (None, ANY, 8))


def test_a_condition_without_a_limit_has_that_of_the_stage(case):
    StageLimit.objects.create(stage=Stage.HANDLING, amount=30, unit=Unit.URGENT_HOUR)
    assert hours(case) == 30
    set_limits(case, (None, ANY, 9))
    assert hours(case) == 9
    case.condition = None
    assert hours(case) == 30


def test_an_empty_amount_says_that_there_is_no_limit(case):
    StageLimit.objects.create(stage=Stage.HANDLING, amount=30, unit=Unit.URGENT_HOUR)
    Limit.objects.create(condition=case.condition, amount=None, unit=Unit.URGENT_HOUR)
    assert hours(case) is None


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        pytest.param([("", None, 9)], 9, id="one for any holds everywhere"),
        pytest.param([("", None, 9), ("", COMMUNITY, 5)], 5, id="its level before any"),
        pytest.param([("", None, 9), ("", STREET, 5)], 9, id="another level's is not its"),
        pytest.param([("", COMMUNITY, 5), ("here", None, 7)], 7, id="its district before its level"),
        pytest.param([("here", None, 7), ("here", COMMUNITY, 3)], 3, id="both before one"),
        pytest.param([("999999", None, 7), ("", None, 9)], 9, id="another district's is not its"),
        pytest.param([], None, id="nobody set one"),
    ],
)
def test_the_stage_limit_of_this_district_and_level_goes_first(case, limits, expected):
    for district_code, level, amount in limits:
        StageLimit.objects.create(
            stage=Stage.DISPATCH,
            district_code=case.district.code if district_code == "here" else district_code,
            level=level,
            amount=amount,
            unit=Unit.URGENT_HOUR,
        )
    assert hours(case, Stage.DISPATCH) == expected


@pytest.mark.parametrize(
    ("amount", "unit", "due_after"),
    [
        pytest.param("0.01", Unit.URGENT_HOUR, timedelta(seconds=36), id="36 seconds round the clock"),
        pytest.param("0.01", Unit.WORKING_HOUR, timedelta(seconds=36), id="36 seconds of working time"),
        pytest.param("0.0001", Unit.URGENT_HOUR, timedelta(seconds=0.36), id="the shortest there is"),
        pytest.param("2", Unit.WORKING_HOUR, timedelta(hours=2), id="until the noon break"),
        pytest.param("2.5", Unit.WORKING_HOUR, timedelta(hours=4, minutes=30), id="over the noon break"),
        pytest.param("1", Unit.WORKING_DAY, timedelta(days=1), id="a working day is a day's slots"),
        pytest.param("4", Unit.WORKING_DAY, timedelta(days=6), id="over the week-end"),
        pytest.param("24", Unit.URGENT_HOUR, timedelta(days=1), id="a day round the clock"),
    ],
)
def test_a_limit_counts_in_its_unit(case, amount, unit, due_after):
    Limit.objects.create(condition=case.condition, amount=Decimal(amount), unit=unit)
    deadline = deadline_of(case, Stage.HANDLING, TUESDAY_10)
    assert deadline.due_at - TUESDAY_10 == due_after
    assert deadline.round_the_clock is (unit is Unit.URGENT_HOUR)


def test_it_turns_yellow_when_the_set_share_of_the_time_is_gone(case, settings):
    set_limits(case, (None, ANY, 10))
    assert deadline_of(case, Stage.HANDLING, TUESDAY_10).warn_at == TUESDAY_10 + timedelta(hours=8)
    settings.WARN_AT_SHARE = 0.5
    assert deadline_of(case, Stage.HANDLING, TUESDAY_10).warn_at == TUESDAY_10 + timedelta(hours=5)


def test_yellow_comes_in_working_time_too(case):
    Limit.objects.create(condition=case.condition, amount=4, unit=Unit.WORKING_HOUR)
    # 3.2 of 4 hours: 2 before noon, 1.2 after two o'clock.
    warn_at = deadline_of(case, Stage.HANDLING, TUESDAY_10).warn_at
    assert warn_at == datetime(2026, 11, 24, 7, 12, tzinfo=UTC)


def test_a_promised_time_is_kept_to_the_second():
    due_at = TUESDAY_10 + timedelta(hours=10, seconds=7)
    deadline = promised_deadline(TUESDAY_10, due_at)
    assert deadline.due_at == due_at
    assert deadline.warn_at == TUESDAY_10 + (due_at - TUESDAY_10) * 0.8
    assert deadline.round_the_clock


def test_a_promise_may_lie_in_the_past():
    due_at = TUESDAY_10 - timedelta(hours=1)
    deadline = promised_deadline(TUESDAY_10, due_at)
    assert (deadline.minutes, deadline.due_at) == (0, due_at)
    assert deadline.warn_at <= due_at


def test_a_bare_database_has_the_usual_limit_of_every_stage(db):
    StageLimit.objects.all().delete()
    import_module("cases.migrations.0002_stage_limits").add_usual_limits(apps, None)
    usual = {
        stage: (amount, Unit(unit))
        for stage, amount, unit in StageLimit.objects.values_list("stage", "amount", "unit")
    }
    assert usual == {
        Stage.INTAKE: (1, Unit.WORKING_HOUR),
        Stage.CHECK: (24, Unit.URGENT_HOUR),
        Stage.DISPATCH: (1, Unit.WORKING_HOUR),
        Stage.ACCEPT: (2, Unit.WORKING_HOUR),
        Stage.HANDLING: (5, Unit.WORKING_DAY),
        Stage.VERIFICATION: (2, Unit.WORKING_HOUR),
        Stage.RING: (1, Unit.WORKING_DAY),
    }
