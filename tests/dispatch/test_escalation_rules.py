"""Escalation rules: how long after it is due a case moves up, to which level, how often it rings."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cases.models import EscalationRule
from cases.workflow import Action, Status
from dispatch import services as dispatch
from dispatch.sweep import sweep
from gridgov import clock
from gridgov.worktime import Unit
from grids.models import AreaLevel
from tests.case_factories import Cast, case_in, make_case

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def rule(hours: float = 0, ring: float | None = None, **about: object) -> EscalationRule:
    made: EscalationRule = EscalationRule.objects.create(
        after_amount=Decimal(str(hours)),
        after_unit=Unit.URGENT_HOUR,
        ring_amount=None if ring is None else Decimal(str(ring)),
        ring_unit=Unit.URGENT_HOUR,
        **about,
    )
    return made


def test_without_a_rule_it_moves_up_when_it_is_due(cast: Cast):
    case = case_in(Status.HANDLING, cast)
    assert case.climb_at == case.stage_due_at


def test_with_a_rule_it_is_red_when_due_and_moves_up_later(cast: Cast):
    rule(6)
    case = case_in(Status.HANDLING, cast)
    assert case.climb_at == case.stage_due_at + 6 * HOUR
    with clock.at(case.climb_at - timedelta(seconds=1)):
        assert sweep().climbed == 0
    with clock.at(case.climb_at):
        assert sweep().climbed == 1
    row = case.events.get(action=Action.ESCALATE)
    assert row.due_before == case.stage_due_at  # what was missed, not when it moved up for it


def test_an_extension_and_a_resumption_keep_the_rule(cast: Cast):
    rule(6)
    case = case_in(Status.HANDLING, cast)
    dispatch.ask_extension(case.pk, actor=cast.handler, reason="下雨", until=case.stage_due_at + HOUR)
    extended = dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    assert extended.climb_at == extended.stage_due_at + 6 * HOUR
    dispatch.ask_suspension(case.pk, actor=cast.handler, reason="等料", until=clock.now() + timedelta(days=3))
    dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    resumed = dispatch.resume_case(case.pk, actor=cast.supervisor)
    assert resumed.climb_at == resumed.stage_due_at + 6 * HOUR


def test_working_hours_stand_at_night_and_an_emergency_waits_for_no_morning(cast: Cast):
    EscalationRule.objects.create(after_amount=Decimal(1), after_unit=Unit.WORKING_DAY)
    case = make_case(cast)
    assert case.climb_at - case.stage_due_at >= 8 * HOUR
    case.emergency_at = clock.now()
    from cases.escalation import climbs_at

    minutes = case.working_time.minutes(Decimal(1), Unit.WORKING_DAY)
    assert climbs_at(case, case.stage_due_at) == case.stage_due_at + timedelta(minutes=minutes)


def test_the_closest_rule_wins_class_before_level_before_district(cast: Cast):
    city = cast.city
    rule(1)
    rule(2, district_code=city.district.code)
    assert waits(cast) == 2
    rule(3, level=AreaLevel.COMMUNITY)
    assert waits(cast) == 3
    rule(4, major=city.case_class.major)
    assert waits(cast) == 4
    rule(5, case_class=city.case_class)
    assert waits(cast) == 5
    rule(6, case_class=city.case_class, level=AreaLevel.COMMUNITY)
    assert waits(cast) == 6
    rule(7, case_class=city.case_class, level=AreaLevel.STREET)
    rule(8, case_class=city.other_class)
    rule(9, case_class=city.case_class, level=AreaLevel.COMMUNITY, is_active=False, district_code="x")
    assert waits(cast) == 6


def waits(cast: Cast) -> float:
    case = make_case(cast)
    return (case.climb_at - case.stage_due_at) / HOUR


def test_it_moves_straight_to_the_level_of_the_rule(cast: Cast):
    rule(0, to_level=AreaLevel.DISTRICT)
    case = make_case(cast)
    with clock.at(case.climb_at):
        sweep()
    case.refresh_from_db()
    assert case.holder == cast.city.district_centre


def test_where_that_level_has_no_centre_the_next_one_up_gets_it(cast: Cast):
    rule(0, to_level=AreaLevel.DISTRICT)
    cast.city.district_centre.is_active = False
    cast.city.district_centre.save()
    case = make_case(cast)
    with clock.at(case.climb_at):
        sweep()
    case.refresh_from_db()
    assert case.holder == cast.city.street_centre


def test_it_rings_at_the_top_as_the_rule_says(cast: Cast):
    rule(0, ring=3)
    case = make_case(cast, point=None)  # waits at the top already
    with clock.at(case.climb_at):
        sweep()
    case.refresh_from_db()
    assert case.climb_at == case.stage_due_at + 3 * HOUR


def test_an_edited_rule_holds_from_the_next_movement_of_the_clock_on(cast: Cast):
    case = make_case(cast)
    rule(6)
    case.refresh_from_db()
    assert case.climb_at == case.stage_due_at
    with clock.at(case.climb_at):
        sweep()
    case.refresh_from_db()
    assert case.climb_at == case.stage_due_at + 6 * HOUR
