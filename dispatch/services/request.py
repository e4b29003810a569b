"""What a unit asks for, and who decides it: return, extension, suspension."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.models import Case, CaseEvent
from cases.permissions import can_take_step
from cases.services.register import required_reason
from cases.services.steps import lock_case, take_step
from cases.workflow import CLOCK_ACTIONS, GRANTED_BY, Action, Capacity, ReturnKind
from gridgov import clock
from gridgov.errors import NotPermitted, StepNotAllowed, invalid
from grids.models import User

MOST_EXTENSIONS = 2
LONGEST_SUSPENSION = timedelta(days=365)
# The steps with which the limit of the unit itself begins; a climb gives it no new one.
_BEGIN_ITS_LIMIT = (Action.ACCEPT, Action.VERIFY_FAIL)


@transaction.atomic
def ask_return(case_id: int, *, actor: User, reason: str, kind: ReturnKind = ReturnKind.OTHER) -> Case:
    """Ask to give a case back, with the kind and the words of the reason. The dispatcher decides."""
    case = lock_case(case_id, Action.ASK_RETURN, actor=actor)
    _refuse_second_request(case)
    take_step(
        case,
        Action.ASK_RETURN,
        actor=actor,
        note=required_reason(reason),
        data={"kind": ReturnKind(kind).value},
    )
    return case


@transaction.atomic
def ask_extension(case_id: int, *, actor: User, reason: str, until: datetime) -> Case:
    """Ask for more time: before it is overdue, at most twice, at most the original limit more. The supervisor decides.

    All of it counts from when the unit's own limit began. Source of the rules: deployed systems, see
    docs/domain-rules.md.
    """
    case = lock_case(case_id, Action.ASK_EXTENSION, actor=actor)
    reason = required_reason(reason)
    _refuse_second_request(case)
    _check_extension(case, until)
    take_step(case, Action.ASK_EXTENSION, actor=actor, note=reason, data={"until": until.isoformat()})
    return case


@transaction.atomic
def ask_suspension(case_id: int, *, actor: User, reason: str, until: datetime) -> Case:
    """Ask to let the clock stand (挂账) for what needs long works: once, up to a year. The supervisor decides.

    Once in the life of a case, whether as a suspension or as a deferral.
    """
    return _ask_to_stop(case_id, Action.ASK_SUSPENSION, actor=actor, reason=reason, until=until)


@transaction.atomic
def ask_deferral(case_id: int, *, actor: User, reason: str, until: datetime) -> Case:
    """Ask to put a case off (缓办): as a suspension, and it counts in no rate any more. The supervisor decides."""
    return _ask_to_stop(case_id, Action.ASK_DEFERRAL, actor=actor, reason=reason, until=until)


@transaction.atomic
def decide_request(case_id: int, *, actor: User, granted: bool, note: str = "") -> Case:
    """Grant or refuse what the unit asked for; a refusal needs a reason.

    Raises `StepNotAllowed` when nothing is asked, `NotPermitted` when somebody else decides this kind, and
    ValidationError when the date asked for has passed meanwhile, or more time comes too late.
    """
    case = lock_case(case_id, actor=actor)
    if not case.request:
        raise StepNotAllowed()
    granting = GRANTED_BY[Action(case.request)]
    if not can_take_step(actor, case, granting):
        raise NotPermitted(granting)
    if not granted:
        take_step(
            case, Action.REFUSE_REQUEST, actor=actor, note=required_reason(note), data={"asked": case.request}
        )
        return case
    asked = pending_request(case)
    until = datetime.fromisoformat(asked.data["until"]) if "until" in asked.data else None
    if until is not None and until <= clock.now():
        raise ValidationError(
            _("The date asked for has passed; refuse the request instead."), code="bad_date"
        )
    if granting is Action.EXTEND and until:
        _refuse_too_late(case, until)
    changes: dict[str, Any] = {}
    data = {"reason": asked.note}
    if granting is Action.RETURN:
        changes["unit"] = None
        data["kind"] = asked.data.get("kind", ReturnKind.OTHER)
    elif granting is Action.DEFER:
        changes["deferred_at"] = clock.now()
    take_step(case, granting, actor=actor, note=note, until=until, data=data, **changes)
    return case


def _ask_to_stop(case_id: int, asking: Action, *, actor: User, reason: str, until: datetime) -> Case:
    case = lock_case(case_id, asking, actor=actor)
    reason = required_reason(reason)
    _refuse_second_request(case)
    now = clock.now()
    if case.events.filter(action__in=[Action.SUSPEND, Action.DEFER]).exists():
        raise ValidationError(
            _("A case is stopped once only, by a suspension or a deferral."), code="suspended_before"
        )
    if not now < until <= now + LONGEST_SUSPENSION:
        raise invalid("until", _("Choose a date within a year from now."), "bad_date")
    take_step(case, asking, actor=actor, note=reason, data={"until": until.isoformat()})
    return case


def pending_request(case: Case) -> CaseEvent:
    """The timeline row in which the unit asked for what is undecided."""
    event: CaseEvent = case.events.filter(action=case.request).latest("seq")
    return event


def _refuse_second_request(case: Case) -> None:
    if case.request:
        raise ValidationError(_("A request of the unit is waiting to be decided."), code="request_pending")


def _check_extension(case: Case, until: datetime) -> None:
    if case.stage_due_at is None:
        raise ValidationError(_("It has no limit: there is nothing to extend."), code="no_limit")
    events = _since_its_limit(case)
    if case.stage_due_at <= clock.now() or _was_missed(events):
        raise ValidationError(
            _("It is overdue already: an extension is asked for before that."), code="overdue"
        )
    if events.filter(action=Action.EXTEND).count() >= MOST_EXTENSIONS:
        raise ValidationError(_("A case is extended at most twice."), code="extended_twice")
    latest = latest_extension(case)
    if not case.stage_due_at < until <= latest:
        raise ValidationError(
            {
                "until": _("Choose a time after the present due time and no later than %(latest)s.")
                % {"latest": f"{localtime(latest):%Y-%m-%d %H:%M}"}
            },
            code="bad_date",
        )


def _refuse_too_late(case: Case, until: datetime) -> None:
    """What was asked for in time may have been overtaken by the time it is decided."""
    if _was_missed(_since_its_limit(case)):
        raise ValidationError(
            _("It became overdue meanwhile, and the clock moved it up; refuse the request instead."),
            code="overdue",
        )
    if case.stage_due_at and until <= case.stage_due_at:
        raise ValidationError(
            _("It is due later than that by now, because it moved up; refuse the request instead."),
            code="bad_date",
        )


def latest_extension(case: Case) -> datetime:
    """The latest due time that may be asked for: the original limit once more, less what was granted already."""
    assert case.stage_due_at is not None
    calendar, urgent = case.working_time, case.stage_round_the_clock
    events = _since_its_limit(case)
    began = events.earliest("seq")
    original = calendar.minutes_between(
        began.at, began.due_after or case.stage_due_at, round_the_clock=urgent
    )
    granted = sum(
        calendar.minutes_between(event.due_before, event.due_after, round_the_clock=urgent)
        for event in events.filter(action=Action.EXTEND)
        if event.due_before and event.due_after
    )
    return calendar.add(case.stage_due_at, max(original - granted, 0), round_the_clock=urgent)


def _since_its_limit(case: Case) -> QuerySet[CaseEvent]:
    """The timeline since the unit's own limit began, that step included."""
    began = case.events.filter(action__in=_BEGIN_ITS_LIMIT).latest("seq")
    return case.events.filter(seq__gte=began.seq)


def _was_missed(events: QuerySet[CaseEvent]) -> bool:
    return events.filter(action__in=CLOCK_ACTIONS, capacity=Capacity.CLOCK).exists()
