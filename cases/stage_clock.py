"""The clock of a case's present stage: begin, stop, resume, extend, ring. Fields only; the caller saves."""

from datetime import datetime

from django.conf import settings

from cases.deadlines import Deadline, deadline_after
from cases.escalation import climbs_at, rings_at
from cases.models import Case

CLOCK_FIELDS = (
    "stage_started_at",
    "stage_minutes",
    "stage_round_the_clock",
    "stage_warn_at",
    "stage_due_at",
    "climb_at",
    "is_warned",
    "suspended_until",
    "minutes_left",
)


def begin(case: Case, now: datetime, deadline: Deadline | None) -> None:
    """A stage begins; without a limit nobody waits for it."""
    case.stage_started_at = now
    case.stage_minutes = deadline.minutes if deadline else None
    case.stage_round_the_clock = bool(deadline and deadline.round_the_clock)
    case.stage_warn_at = deadline.warn_at if deadline else None
    case.stage_due_at = deadline.due_at if deadline else None
    case.climb_at = climbs_at(case, deadline.due_at) if deadline else None
    case.is_warned = False
    case.suspended_until = case.minutes_left = None


def begin_no_later(case: Case, now: datetime, deadline: Deadline | None) -> None:
    """A stage begins anew, but what was due earlier stays due then: overdue it stays overdue."""
    due_at, warn_at, climb_at, was_warned = (
        case.stage_due_at, case.stage_warn_at, case.climb_at, case.is_warned
    )  # fmt: skip
    begin(case, now, deadline)
    if due_at is None or (case.stage_due_at is not None and case.stage_due_at <= due_at):
        return
    case.stage_due_at, case.stage_warn_at, case.is_warned = due_at, warn_at, was_warned
    case.stage_minutes = _between(case, now, due_at)
    # At the top it goes on ringing as it rang.
    case.climb_at = climb_at if case.supervised_at else climbs_at(case, due_at)


def stop(case: Case, now: datetime, until: datetime) -> None:
    """The clock stands until a date; what was left of the limit, if there is one, is kept in the stage's own minutes."""
    case.minutes_left = _between(case, now, case.stage_due_at) if case.stage_due_at else None
    case.stage_warn_at = case.stage_due_at = case.climb_at = None
    case.suspended_until = until


def resume(case: Case, now: datetime) -> None:
    """The clock goes on with the minutes that were left; without a limit nobody waits for it again."""
    left, urgent = case.minutes_left, case.stage_round_the_clock
    begin(
        case,
        now,
        None if left is None else deadline_after(case.working_time, now, left, round_the_clock=urgent),
    )


def extend(case: Case, due_at: datetime) -> None:
    """The same stage is due later; it began when it began."""
    if case.stage_due_at:
        case.stage_minutes = (case.stage_minutes or 0) + _between(case, case.stage_due_at, due_at)
    case.stage_due_at, case.climb_at = due_at, climbs_at(case, due_at)
    case.stage_warn_at = case.working_time.add(
        case.stage_started_at,
        (case.stage_minutes or 0) * settings.WARN_AT_SHARE,
        round_the_clock=case.stage_round_the_clock,
    )
    case.is_warned = False


def ring_again(case: Case, now: datetime) -> None:
    """At the top level nobody is left to climb to: it stays overdue, and rings at an interval."""
    case.climb_at = rings_at(case, now)


def elapsed_minutes(case: Case, now: datetime) -> int:
    """Minutes of the stage's own clock since the stage began."""
    return _between(case, case.stage_started_at, now)


def _between(case: Case, start: datetime, end: datetime) -> int:
    return case.working_time.minutes_between(start, end, round_the_clock=case.stage_round_the_clock)
