"""What is counted for units: each story against figures made by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from assessment.indicators.units import UNITS
from assessment.kinds import Kind
from cases import services as cases
from cases.models import Case, EscalationRule, Limit
from cases.workflow import ReturnKind, Status
from dispatch import services as dispatch
from dispatch.models import OperationKind
from dispatch.services.emergency import declare_emergency
from dispatch.services.operation import cancel_operation
from dispatch.services.operation_unit import report_in
from dispatch.sweep import sweep
from gridgov import clock
from gridgov.worktime import Unit
from tests.assessment.counted import BEGUN, CHINA, SEPTEMBER, Story, counted, hours, month
from tests.case_factories import Cast, case_in
from tests.dispatch.operation_factories import blow, rule
from tests.factories import inside

pytestmark = pytest.mark.django_db

ask = {
    "return": dispatch.ask_return,
    "extension": dispatch.ask_extension,
    "suspension": dispatch.ask_suspension,
    "deferral": dispatch.ask_deferral,
}


def done(at: float, **fields: Any) -> Story:
    def step(case: Case, cast: Cast) -> None:
        if "done_at" in fields:
            fields["done_at"] = BEGUN + timedelta(hours=fields["done_at"])
        dispatch.feed_back_case(case.pk, actor=cast.handler, note="已换灯泡", **fields)

    return _at(at, step)


def verified(at: float, passed: bool = True) -> Story:
    return _at(
        at,
        lambda case, cast: cases.verify_case(case.pk, actor=cast.grid_leader, passed=passed, note="看过了"),
    )


def asked(at: float, what: str, until: float = 0, **fields: Any) -> Story:
    def step(case: Case, cast: Cast) -> None:
        if until:
            fields["until"] = BEGUN + timedelta(hours=until)
        ask[what](case.pk, actor=cast.handler, reason="请准", **fields)

    return _at(at, step)


def decided(at: float, granted: bool = True, by: str = "supervisor") -> Story:
    return _at(
        at,
        lambda case, cast: dispatch.decide_request(
            case.pk, actor=getattr(cast, by), granted=granted, note="已阅"
        ),
    )


def swept(at: float) -> Story:
    return _at(at, lambda _case, _cast: sweep())


def void(at: float) -> Story:
    return _at(at, lambda case, cast: cases.void_case(case.pk, actor=cast.supervisor, reason="误报"))


def recalled(at: float) -> Story:
    return _at(at, lambda case, cast: dispatch.recall_case(case.pk, actor=cast.dispatcher, reason="重派"))


def sent_to_the_street(at: float) -> Story:
    def step(case: Case, cast: Cast) -> None:
        dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.street_department)
        dispatch.accept_case(case.pk, actor=cast.officer)

    return _at(at, step)


def reopened(at: float) -> Story:
    return _at(at, lambda case, cast: cases.reopen_case(case.pk, actor=cast.operator, reason="又不亮了"))


def sent_and_accepted(at: float) -> Story:
    def step(case: Case, cast: Cast) -> None:
        dispatch.dispatch_case(case.pk, actor=cast.dispatcher)
        dispatch.accept_case(case.pk, actor=cast.handler)

    return _at(at, step)


def raised_by_hand(at: float) -> Story:
    return _at(at, lambda case, cast: dispatch.escalate_case(case.pk, actor=cast.supervisor, reason="请协调"))


def emergency(at: float) -> Story:
    return _at(at, lambda case, cast: declare_emergency(case.pk, actor=cast.dispatcher, note="燃气泄漏"))


def _at(hour: float, step: Story) -> Story:
    def story(case: Case, cast: Cast) -> None:
        with hours(hour):
            step(case, cast)

    return story


def tell(cast: Cast, *steps: Story, **fields: Any) -> Case:
    """A case that the community's team has in hand from hour 0, due at hour 24, and what came then."""
    with hours(0):
        case = case_in(Status.HANDLING, cast, **fields)
    for step in steps:
        step(case, cast)
    return case


# disposal_due, disposed_count, on_time_disposed, overdue_disposed, overdue_undisposed, closed, rework
OF_A_DUTY = "disposal_due disposed_count on_time_disposed overdue_disposed overdue_undisposed closed rework"
STORIES: dict[str, tuple[list[Story], str]] = {
    "not handled at all":                         ([], "1 0 0 0 1 0 0"),
    "handled in time, closed":                    ([done(2), verified(3)], "1 1 1 0 0 1 0"),
    "handled in time, not looked at":             ([done(2)], "1 1 1 0 0 0 0"),
    "handled when it was due, to the second":     ([done(24), verified(25)], "1 1 1 0 0 1 0"),
    "handled an hour late, closed":               ([done(25), verified(26)], "1 1 0 1 0 1 0"),
    "moved up before it was handled":             ([swept(24), done(30)], "1 1 0 1 0 0 0"),
    "moved up twice, under supervision, rung":    ([swept(24), swept(72), swept(120), swept(135), done(140)],
                                                   "1 1 0 1 0 0 0"),
    "moved up, never handled":                    ([swept(24), swept(72)], "1 0 0 0 1 0 0"),
    "raised by hand in time: the street has 48":  ([raised_by_hand(4), done(50)], "1 1 1 0 0 0 0"),
    "raised by hand when it was late":            ([raised_by_hand(25), done(26)], "1 1 0 1 0 0 0"),
    "told late, done in time":                    ([swept(24), done(30, done_at=20)], "1 1 1 0 0 0 0"),
    "told late, done late":                       ([done(30, done_at=25)], "1 1 0 1 0 0 0"),
    "sent back, done again: due twice":           ([done(2), verified(3, False), done(4), verified(5)],
                                                   "2 2 2 0 0 1 1"),
    "sent back, not done again":                  ([done(2), verified(3, False)], "2 1 1 0 1 0 1"),
    "late, sent back, done again at once":        ([done(30), verified(31, False), done(32), verified(33)],
                                                   "2 2 1 1 0 1 1"),
    "opened again: due again":                    ([done(2), verified(3), reopened(9), sent_and_accepted(9), done(12),
                                                    verified(13)], "2 2 2 0 0 2 0"),
    "more time given, handled within it":         ([asked(2, "extension", 40), decided(3), done(30)], "1 1 1 0 0 0 0"),
    "more time given, late all the same":         ([asked(2, "extension", 40), decided(3), done(41)], "1 1 0 1 0 0 0"),
    "more time refused":                          ([asked(2, "extension", 40), decided(3, False), done(30)],
                                                   "1 1 0 1 0 0 0"),
    "its clock stands":                           ([asked(2, "suspension", 700), decided(2)], "0 0 0 0 0 0 0"),
    # 22 of its 24 hours are left when it goes on at hour 50.
    "its clock stood, handled in time":           ([asked(2, "suspension", 50), decided(2), swept(50), done(72)],
                                                   "1 1 1 0 0 0 0"),
    "its clock stood, handled late":              ([asked(2, "suspension", 50), decided(2), swept(50), done(73)],
                                                   "1 1 0 1 0 0 0"),
    "its clock stood when it was late already":   ([asked(25, "suspension", 50), decided(25)], "1 0 0 0 1 0 0"),
    "put off":                                    ([asked(2, "deferral", 50), decided(2)], "0 0 0 0 0 0 0"),
    "put off, handled late":                      ([asked(2, "deferral", 50), decided(2), swept(50), done(99)],
                                                   "0 0 0 0 0 0 0"),
    "void":                                       ([void(2)], "0 0 0 0 0 0 0"),
    "void when it was late":                      ([void(30)], "0 0 0 0 0 0 0"),
    "void after it was handled":                  ([done(2), void(3)], "0 0 0 0 0 0 0"),
    "given back in time":                         ([asked(2, "return"), decided(3, by="dispatcher")], "0 0 0 0 0 0 0"),
    "given back late":                            ([asked(25, "return"), decided(26, by="dispatcher")],
                                                   "1 0 0 0 1 0 0"),
    "given back for a wrong address":             ([asked(2, "return", kind=ReturnKind.WRONG_ADDRESS),
                                                    decided(3, by="dispatcher")], "0 0 0 0 0 0 0"),
    "had to keep it":                             ([asked(2, "return"), decided(3, False, by="dispatcher"), done(4)],
                                                   "1 1 1 0 0 0 0"),
    "recalled in time":                           ([recalled(2)], "0 0 0 0 0 0 0"),
    "recalled late":                              ([recalled(25)], "1 0 0 0 1 0 0"),
    "recalled, sent again, handled":              ([recalled(2), sent_and_accepted(3), done(26)], "1 1 1 0 0 0 0"),
    "an emergency that nobody timed":             ([emergency(2), done(23)], "1 1 1 0 0 0 0"),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "figures"), STORIES.values(), ids=STORIES)
def test_a_duty_of_handling(cast: Cast, steps: list[Story], figures: str) -> None:
    tell(cast, *steps)
    assert counted(Kind.UNIT, cast.city.team, OF_A_DUTY) == figures
    due = figures.split(maxsplit=1)[0]
    assert counted(Kind.UNIT, cast.city.team, "due_close") == due
    # The same for the place, and for the centre that had it when the unit took it.
    assert counted(Kind.GRID, cast.city.grid, OF_A_DUTY) == figures
    assert counted(Kind.CENTRE, cast.city.community_centre, OF_A_DUTY) == figures


def test_the_rates(cast: Cast) -> None:
    """Six due: three in time (one sent back), one late, two not handled; four verified as solved, more time for one."""
    tell(cast, done(2), verified(3))
    tell(cast, done(2), verified(3, False), done(4), verified(5))
    tell(cast, done(30), verified(31))
    tell(cast, asked(2, "extension", 30), decided(3), done(29), verified(30))
    tell(cast)
    tell(cast, void(1))
    tell(cast, asked(2, "deferral", 50), decided(2))
    rates = {
        "disposal_rate": "5/6",
        "on_time_disposal_rate": "4/6",
        "overdue_rate": "2/6",
        "overdue_pending_rate": "1/6",
        "closing_rate": "4/6",
        "on_time_closing_rate": "3/6",
        "rework_rate": "1/6",
        "extension_rate": "1/6",
    }
    assert {code: counted(Kind.UNIT, cast.city.team, code) for code in rates} == rates


def test_nothing_due_is_no_rate(cast: Cast) -> None:
    tell(cast, void(2))
    codes = "disposal_rate on_time_disposal_rate overdue_rate closing_rate rework_rate extension_rate"
    assert counted(Kind.UNIT, cast.city.team, codes) == "0/0 0/0 0/0 0/0 0/0 0/0"


def test_over_the_national_day_it_is_due_on_the_first_day_of_work(cast: Cast) -> None:
    """Accepted on 30 September at 15:00 with a working day of 7 hours: 2½ that day, 4½ on 8 October, so 15:00."""
    Limit.objects.update(amount=1, unit=Unit.WORKING_DAY)
    team, october = cast.city.team, month(10)
    with clock.at(datetime(2026, 9, 30, 15, 0, tzinfo=CHINA)):
        in_time, late = (case_in(Status.HANDLING, cast) for _ in range(2))
    assert in_time.stage_due_at == datetime(2026, 10, 8, 15, 0, tzinfo=CHINA)
    for case, minute in ((in_time, 0), (late, 1)):
        with clock.at(datetime(2026, 10, 8, 15, minute, tzinfo=CHINA)):
            dispatch.feed_back_case(case.pk, actor=cast.handler, note="已换灯泡")
    assert counted(Kind.UNIT, team, "disposal_due on_time_disposal_rate", SEPTEMBER) == "0 0/0"
    assert counted(Kind.UNIT, team, "disposal_due on_time_disposal_rate", october) == "2 1/2"


def test_what_was_due_in_the_last_second_of_a_month_is_of_that_month(cast: Cast) -> None:
    end = datetime(2026, 10, 1, tzinfo=CHINA)
    for seconds in (-1, 0):
        with clock.at(end - timedelta(hours=24) + timedelta(seconds=seconds)):
            case_in(Status.HANDLING, cast)
    assert counted(Kind.UNIT, cast.city.team, "overdue_undisposed", SEPTEMBER) == "1"
    assert counted(Kind.UNIT, cast.city.team, "overdue_undisposed", month(10)) == "1"


@pytest.mark.parametrize(
    ("steps", "figures"),
    [
        ([done(600)], "1 0 0 0 1 0 0"),
        ([done(600, done_at=20)], "1 0 0 0 1 0 0"),
        ([done(2), verified(600)], "1 1 1 0 0 0 0"),
        ([done(2), verified(600, False)], "1 1 1 0 0 0 0"),
        ([recalled(600)], "1 0 0 0 1 0 0"),
        ([void(600)], "1 0 0 0 1 0 0"),
        ([swept(500), swept(600)], "1 0 0 0 1 0 0"),
        ([asked(600, "deferral", 700), decided(601)], "1 0 0 0 1 0 0"),
    ],
)
def test_what_is_told_after_the_cut_changes_nothing(cast: Cast, steps: list[Story], figures: str) -> None:
    """The figures are of hour 550, in October; all that comes after it is late."""
    tell(cast, *steps)
    known = month(9, known_until=BEGUN + timedelta(hours=550))
    assert counted(Kind.UNIT, cast.city.team, OF_A_DUTY, known) == figures


def test_given_to_another_unit_it_is_that_ones_duty(cast: Cast) -> None:
    tell(cast, recalled(2), sent_to_the_street(3))
    city = cast.city
    assert counted(Kind.UNIT, city.team, "filed_count disposal_due") == "1 0"
    assert counted(Kind.UNIT, city.street_department, "filed_count disposal_due") == "1 1"
    assert counted(Kind.GRID, city.grid, "filed_count disposal_due") == "1 1"


def test_taken_from_a_unit_that_was_late_both_had_a_duty(cast: Cast) -> None:
    tell(cast, recalled(30), sent_to_the_street(31))
    city = cast.city
    assert counted(Kind.UNIT, city.team, "disposal_due overdue_undisposed") == "1 1"
    assert counted(Kind.UNIT, city.street_department, "disposal_due overdue_undisposed") == "1 1"


@pytest.mark.parametrize(
    ("steps", "extended", "kept", "stopped"),
    [
        ([done(2)], "0/1", "0", "0"),
        ([asked(2, "extension", 30), decided(3)], "1/1", "0", "0"),
        ([asked(2, "extension", 30), decided(3), asked(4, "extension", 40), decided(5)], "1/1", "0", "0"),
        ([asked(2, "extension", 30), decided(3, False)], "0/1", "0", "0"),
        ([asked(2, "return"), decided(3, False, by="dispatcher")], "0/1", "1", "0"),
        ([asked(2, "return"), decided(3, by="dispatcher")], "0/0", "0", "0"),
        ([asked(2, "return", kind=ReturnKind.WRONG_ADDRESS), decided(3, by="dispatcher")], "0/0", "0", "0"),
        ([asked(2, "suspension", 50), decided(3)], "0/0", "0", "1"),
        ([asked(2, "suspension", 50), decided(3, False)], "0/1", "0", "0"),
        ([asked(2, "deferral", 50), decided(3)], "0/0", "0", "1"),
    ],
)
def test_what_a_unit_asked_for(
    cast: Cast, steps: list[Story], extended: str, kept: str, stopped: str
) -> None:
    tell(cast, *steps)
    assert (
        counted(Kind.UNIT, cast.city.team, "extension_rate pushback suspended")
        == f"{extended} {kept} {stopped}"
    )


def test_whoever_handles_is_no_inspector_and_no_unit_has_what_is_sent_to_it_after_the_cut(cast: Cast) -> None:
    tell(cast, done(2))
    assert counted(Kind.INSPECTOR, cast.handler, "disposal_due") == "0"
    with hours(0):
        waits = case_in(Status.REGISTERED, cast)
    with hours(600):
        dispatch.dispatch_case(waits.pk, actor=cast.dispatcher)
    for hour, figures in ((550, "1 1/1"), (700, "2 1/2")):
        known = month(9, known_until=BEGUN + timedelta(hours=hour))
        codes = "dispatch_due on_time_dispatch_rate"
        assert counted(Kind.UNIT, cast.city.team, codes, known) == figures


def test_wanting_to_give_back_before_accepting_is_passing_the_buck_too(cast: Cast) -> None:
    with hours(0):
        case = case_in(Status.DISPATCHED, cast)
        dispatch.ask_return(case.pk, actor=cast.handler, reason="不归我们")
        dispatch.decide_request(case.pk, actor=cast.dispatcher, granted=False, note="归你们")
    assert counted(Kind.UNIT, cast.city.team, "pushback") == "1"


@pytest.mark.parametrize(("accepted_at", "figures"), [(1, "1/1"), (2, "1/1"), (2.5, "0/1"), (None, "0/1")])
def test_accepting_within_two_hours(cast: Cast, accepted_at: float | None, figures: str) -> None:
    with hours(0):
        case = case_in(Status.DISPATCHED, cast)
    if accepted_at:
        with hours(accepted_at):
            dispatch.accept_case(case.pk, actor=cast.handler)
    assert counted(Kind.UNIT, cast.city.team, "accept_on_time_rate") == figures


def test_more_time_given_after_it_was_due_comes_too_late(cast: Cast) -> None:
    """A rule waits with moving it up, so that the supervisor can decide an hour after the due time."""
    EscalationRule.objects.create(
        after_amount=Decimal(6), after_unit=Unit.URGENT_HOUR, ring_unit=Unit.URGENT_HOUR
    )
    tell(cast, asked(23, "extension", 40), decided(25), done(26))
    assert counted(Kind.UNIT, cast.city.team, "on_time_disposal_rate") == "0/1"


@pytest.mark.parametrize(
    ("comes", "figures"),
    [
        (lambda blown, cast: None, "0/1"),
        (lambda blown, cast: _report_in(blown, cast, 0.4), "1/1"),
        (lambda blown, cast: _report_in(blown, cast, 0.6), "0/1"),
        (lambda blown, cast: _report_in(blown, cast, 0.6, done_at=BEGUN + timedelta(hours=0.3)), "1/1"),
        (lambda blown, cast: _call_off(blown, cast, 0.4), "0/0"),
        (lambda blown, cast: _call_off(blown, cast, 0.6), "0/1"),
    ],
)
def test_coming_when_whistled_within_half_an_hour(
    cast: Cast, comes: Callable[[Any, Cast], None], figures: str
) -> None:
    rule(OperationKind.WHISTLE, needs_approval=False, report_in_minutes=30)
    with hours(0):
        blown = blow(cast)
    comes(blown, cast)
    assert counted(Kind.UNIT, cast.city.team, "whistle_rate") == figures


def test_an_arrival_that_is_told_after_the_cut_is_late(cast: Cast) -> None:
    rule(OperationKind.WHISTLE, needs_approval=False, report_in_minutes=30)
    with hours(0):
        blown = blow(cast)
    _report_in(blown, cast, 9, done_at=BEGUN + timedelta(hours=0.3))
    for hour, figures in ((9, "0/1"), (10, "1/1")):
        known = month(9, known_until=BEGUN + timedelta(hours=hour))
        assert counted(Kind.UNIT, cast.city.team, "whistle_rate", known) == figures


def _report_in(blown: Any, cast: Cast, at: float, **fields: Any) -> None:
    with hours(at):
        report_in(blown.pk, actor=cast.handler, point=inside(cast.city.grid), **fields)


def _call_off(blown: Any, cast: Cast, at: float) -> None:
    with hours(at):
        cancel_operation(blown.pk, actor=cast.dispatcher, reason="雨太大")


def test_every_indicator_of_units_is_told_of_here() -> None:
    told = (
        OF_A_DUTY
        + """ accept_on_time_rate disposal_rate on_time_disposal_rate overdue_rate overdue_pending_rate
        due_close closing_rate on_time_closing_rate rework_rate extension_rate pushback suspended whistle_rate"""
    )
    assert {each.code for each in UNITS} == set(told.split())
