"""Urgings (督办): by when an answer is due, who has to give it, and when an unanswered one rings."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Case, UrgingLevel
from cases.notices import recipients_of, tell
from cases.permissions import units_of
from cases.workflow import TIMED, WITH_UNIT, Capacity
from dispatch.models import Urging
from gridgov import clock
from gridgov.worktime import Unit
from grids.models import Role, User

# How long an answer may take, and after that how often it rings. House rule, see docs/domain-rules.md.
REPLY_WITHIN = {
    UrgingLevel.REMINDER: (Decimal(1), Unit.WORKING_DAY),
    UrgingLevel.PRESSING: (Decimal(4), Unit.WORKING_HOUR),
    UrgingLevel.LEADER: (Decimal(2), Unit.WORKING_HOUR),
}
RINGS_EVERY = {
    UrgingLevel.REMINDER: (Decimal(1), Unit.WORKING_DAY),
    UrgingLevel.PRESSING: (Decimal(2), Unit.WORKING_HOUR),
    UrgingLevel.LEADER: (Decimal(1), Unit.WORKING_HOUR),
}
TO_ANSWER, WAITING, OVER = "to_answer", "waiting", "over"


def reply_due(case: Case, level: UrgingLevel, start: datetime) -> datetime:
    """By when an urging of a level is to be answered; at night and on days off only where the case's own clock runs."""
    return _after(case, start, *REPLY_WITHIN[level])


def next_ring(case: Case, level: UrgingLevel, start: datetime) -> datetime:
    """When an unanswered urging rings after it has rung."""
    return _after(case, start, *RINGS_EVERY[level])


def open_urgings(cases: Iterable[int]) -> QuerySet[Urging]:
    """The urgings of these cases that somebody has to answer, the most pressing first."""
    return (
        Urging.objects.filter(case__in=list(cases), answered=None, ring_at__isnull=False)
        .select_related("by")
        .order_by("-level", "reply_due_at", "pk")
    )


def urgings_by_case(cases: Iterable[Case]) -> dict[int, list[Urging]]:
    """What `open_urgings` finds for a page of cases, by the case's id; one query, none where nothing is urged."""
    urged = [case.pk for case in cases if case.urged_level]
    found: dict[int, list[Urging]] = {}
    for urging in open_urgings(urged) if urged else ():
        found.setdefault(urging.case_id, []).append(urging)
    return found


def due_to_ring(cases: QuerySet[Case], now: datetime) -> QuerySet[Urging]:
    """What nobody has answered in time; while a case is suspended nobody is rung for."""
    return (
        Urging.objects.filter(
            ring_at__lte=now,
            answered=None,
            case__in=cases.filter(status__in=TIMED, urged_level__isnull=False),
        )
        .select_related("case", "by")
        .order_by("ring_at", "pk")
    )


def end_where_over(cases: QuerySet[Case]) -> None:
    """Of a case that is over nobody needs an answer any more."""
    over = cases.filter(urged_level=None)
    Urging.objects.filter(ring_at__isnull=False, case__in=over).update(ring_at=None)


def ring(urging: Urging) -> None:
    """Tell those who have the case and who asked, from the second time also those above; the row is locked."""
    case, now = urging.case, clock.now()
    urging.rings += 1
    urging.ring_at = next_ring(case, UrgingLevel(urging.level), now)
    urging.save(update_fields=["rings", "ring_at"])
    has_it = (Capacity.UNIT,) if case.status in WITH_UNIT else (Capacity.OPERATOR, Capacity.DISPATCHER)
    above = (Capacity.SUPERVISOR, Capacity.LEADER) if urging.rings > 1 else ()
    people = recipients_of(case, (*has_it, *above), unit_id=case.unit_id)
    tell(case, "case_urging_rings", {*people, urging.by}, note=urging.text, urgent=True)


def urgings_for(user: User, show: str) -> QuerySet[Urging]:
    """What this person has to answer, or, of what they asked themselves: what waits for an answer, and what is over."""
    if show == TO_ANSWER:
        return _still_open().filter(_has_to_answer(user))
    if show == WAITING:
        return _still_open().filter(by=user)
    return Urging.objects.filter(by=user).exclude(answered=None, ring_at__isnull=False)


def asking_for(user: User) -> QuerySet[Urging]:
    """What the navigation counts: what this person has to answer, and what they asked and is not answered in time."""
    late = Q(by=user, reply_due_at__lte=clock.now())
    return _still_open().filter(_has_to_answer(user) | late)


def _still_open() -> QuerySet[Urging]:
    return Urging.objects.filter(answered=None, ring_at__isnull=False)


def _has_to_answer(user: User) -> Q:
    """The unit while it has the case, else the seats of the holder."""
    centres = {
        post.organisation_id for post in user.current_posts if post.role in (Role.OPERATOR, Role.DISPATCHER)
    }
    at_holder = [status for status in TIMED if status not in WITH_UNIT]
    theirs = Q(unit__in=units_of(user), status__in=WITH_UNIT) | Q(holder__in=centres, status__in=at_holder)
    # Looked up for each of the few urgings that wait: of a join, PostgreSQL tries all its 36 indexes of cases with each
    # side of the OR, and plans for 50 ms what takes less than one.
    return Q(Exists(Case.objects.filter(theirs, pk=OuterRef("case_id"))))


def _after(case: Case, start: datetime, amount: Decimal, unit: Unit) -> datetime:
    calendar = case.working_time
    round_the_clock = case.stage_round_the_clock
    return calendar.add(start, calendar.minutes(amount, unit), round_the_clock=round_the_clock)
