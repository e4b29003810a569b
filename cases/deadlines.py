"""How long a stage of a case may take, and when it is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from cases.models import Case, Limit, Stage, StageLimit
from cases.workflow import Status
from gridgov.remembered import remembered
from gridgov.worktime import Unit, WorkingTime, span_words

STAGE_OF = {
    Status.REPORTED: Stage.INTAKE,
    Status.CHECKING: Stage.CHECK,
    Status.REGISTERED: Stage.DISPATCH,
    Status.DISPATCHED: Stage.ACCEPT,
    Status.HANDLING: Stage.HANDLING,
    Status.HANDLED: Stage.VERIFICATION,
}


@dataclass(frozen=True)
class Deadline:
    """When a stage is due, when it turns yellow, and the limit it comes from.

    `minutes` are minutes of the stage's own clock: round the clock, or working time.
    """

    minutes: float
    round_the_clock: bool
    warn_at: datetime
    due_at: datetime


def deadline_of(case: Case, stage: Stage, start: datetime) -> Deadline | None:
    """The deadline of a stage that starts at a moment, at the case's level; None where nobody set a limit."""
    limit = limit_of(case, stage)
    if limit is None:
        return None
    return deadline_under(limit, case.working_time, start, round_the_clock=case.emergency_at is not None)


def limit_of(case: Case, stage: Stage) -> Limit | StageLimit | None:
    """The limit that an administrator set for a stage of a case at its level; None where nobody did.

    In an emergency that of emergencies comes first, at every stage; how often it rings at the top stays.
    """
    if case.emergency_at and stage is not Stage.RING and (limit := _stage_limit(case, Stage.EMERGENCY)):
        return limit
    return (stage is Stage.HANDLING and _handling_limit(case)) or _stage_limit(case, stage)


def limit_span(limit: Limit | StageLimit) -> str:
    """A limit in the unit it was set in; "" when it has no amount."""
    return span_words(limit.amount, Unit(limit.unit)) if limit.amount is not None else ""


def deadline_under(
    limit: Limit | StageLimit, calendar: WorkingTime, start: datetime, *, round_the_clock: bool = False
) -> Deadline | None:
    """The deadline that a limit sets for a stage that starts at a moment; None when it has no amount.

    `round_the_clock`: as many minutes, but the clock never stops, in whatever unit the limit was set.
    """
    if limit.amount is None:
        return None
    unit = Unit(limit.unit)
    return deadline_after(
        calendar,
        start,
        calendar.minutes(limit.amount, unit),
        round_the_clock=round_the_clock or unit is Unit.URGENT_HOUR,
    )


def deadline_after(
    calendar: WorkingTime, start: datetime, minutes: float, *, round_the_clock: bool
) -> Deadline:
    """A deadline so many minutes after the start."""
    return Deadline(
        minutes=minutes,
        round_the_clock=round_the_clock,
        warn_at=calendar.add(start, minutes * settings.WARN_AT_SHARE, round_the_clock=round_the_clock),
        due_at=calendar.add(start, minutes, round_the_clock=round_the_clock),
    )


def promised_deadline(start: datetime, due_at: datetime) -> Deadline:
    """The deadline that somebody outside was promised; it may lie in the past already."""
    left = max(due_at - start, timedelta(0))
    return Deadline(
        minutes=left.total_seconds() / 60,
        round_the_clock=True,
        warn_at=min(start + left * settings.WARN_AT_SHARE, due_at),
        due_at=due_at,
    )


def _handling_limit(case: Case) -> Limit | None:
    """The condition's limit; the one for this level and grade before those for any."""
    if case.condition_id is None:
        return None
    grade = case.grid.grade if case.grid else ""
    return (
        Limit.objects.filter(
            Q(level=case.level) | Q(level=None), Q(grade=grade) | Q(grade=""), condition=case.condition_id
        )
        .order_by(F("level").asc(nulls_last=True), "-grade")
        .first()
    )


def _stage_limit(case: Case, stage: Stage) -> StageLimit | None:
    """The district's own limit before the general one, the one for this level before that for any."""
    for limit in _stage_limits(case.district_code):
        if limit.stage == stage and limit.level in (case.level, None):
            return limit
    return None


@remembered
def _stage_limits(district_code: str) -> list[StageLimit]:
    return list(
        StageLimit.objects.filter(Q(district_code=district_code) | Q(district_code="")).order_by(
            "-district_code", F("level").asc(nulls_last=True)
        )
    )
