"""Joint operations and whistles: call, approve, cancel, end, rate. What units do stands in `operation_unit`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case
from cases.services.register import required_reason
from dispatch.models import (
    Operation,
    OperationEntry,
    OperationEvent,
    OperationKind,
    OperationState,
    OperationUnit,
)
from dispatch.operation_notices import callers_of, deciders_of, hint, members_of, tell
from dispatch.operations import callable_units, deciders, rule_for
from dispatch.permissions import (
    can_call_about,
    can_call_operation,
    can_command_operation,
    can_decide_operation,
)
from gridgov import clock
from gridgov.errors import AlreadyTaken, NotFoundForYou, NotPermitted, StepNotAllowed, invalid
from grids.models import Area, Organisation, User
from grids.selectors import locate

S = OperationState
MOST_UNITS = 20
FARTHEST_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Share:
    """A unit that is called, with its duty; one of them may lead."""

    unit: Organisation
    duty: str
    leads: bool = False


@transaction.atomic
def call_operation(
    *,
    actor: User,
    kind: str,
    caller: Organisation,
    title: str,
    shares: Sequence[Share],
    point: Point,
    purpose: str = "",
    case_id: int | None = None,
    address: str = "",
    starts_at: datetime | None = None,
) -> Operation:
    """Call units to a place in the caller's area: at once, or once it is approved where the rule of its level says so.

    `starts_at` None is now. Raises `NotPermitted`, also for a case that lies elsewhere, `NotFoundForYou` for one that the
    actor may not see, `StepNotAllowed` for one that is over, and ValidationError for a place elsewhere, units that can't
    be called, or when nobody could approve.
    """
    if not can_call_operation(actor, kind, caller):
        raise NotPermitted("call_operation")
    area = _area_of(point, caller)
    case = _case_of(case_id, actor, kind)
    _check_shares(shares, caller)
    now = clock.now()
    starts_at = max(starts_at or now, now)
    if starts_at > now + FARTHEST_AHEAD:
        raise invalid("starts_at", _("Call it at most 60 days ahead."), "too_far_ahead")
    rule = rule_for(kind, caller.level)
    if rule.needs_approval and not deciders(caller, area, but=actor.pk).exists():
        raise invalid("kind", _("It must be approved, and there is no supervisor above who could."), "nobody")
    operation = Operation.objects.create(
        kind=OperationKind(kind),
        state=S.ASKED if rule.needs_approval else S.CALLED,
        title=title.strip(),
        purpose=purpose.strip(),
        case=case,
        caller=caller,
        area=area,
        district=Area.objects.get(code=area.district_code),
        point=point,
        address=address.strip(),
        starts_at=starts_at,
        report_in_by=starts_at + timedelta(minutes=rule.report_in_minutes),
        report_in_m=rule.report_in_m,
        called_by=actor,
        asked_at=now,
        called_at=None if rule.needs_approval else now,
    )
    OperationUnit.objects.bulk_create(
        OperationUnit(
            operation=operation, organisation=share.unit, duty=share.duty.strip(), leads=share.leads
        )
        for share in shares
    )
    log(operation, OperationEvent.ASKED if rule.needs_approval else OperationEvent.CALLED, by=actor)
    if rule.needs_approval:
        tell(operation, "asked", deciders_of(operation))
    else:
        _call_units(operation)
    hint(operation)
    return operation


@transaction.atomic
def decide_operation(operation_id: int, *, actor: User, granted: bool, note: str = "") -> Operation:
    """Approve, and the units are called, or refuse with a reason; never by who called it.

    Approved after its beginning it begins now: nobody is late for what they were not told.
    """
    operation = lock_operation(operation_id, actor=actor)
    if not can_decide_operation(actor, operation):
        raise NotPermitted("decide_operation")
    _require(operation, S.ASKED)
    operation.decided_by = actor
    if not granted:
        if not note.strip():
            raise invalid("note", _("Say why not: the caller reads it."), "reason_missing")
        _move(operation, S.REFUSED, "decided_by")
        log(operation, OperationEvent.REFUSED, by=actor, note=note)
        tell(operation, "refused", callers_of(operation), but=actor, note=note[:200])
    else:
        now = clock.now()
        time_to_come = operation.report_in_by - operation.starts_at
        operation.called_at = now
        operation.starts_at = max(operation.starts_at, now)
        operation.report_in_by = operation.starts_at + time_to_come
        _move(operation, S.CALLED, "decided_by", "called_at", "starts_at", "report_in_by")
        log(operation, OperationEvent.APPROVED, by=actor, note=note)
        tell(operation, "approved", callers_of(operation), but=actor)
        _call_units(operation)
    hint(operation)
    return operation


@transaction.atomic
def cancel_operation(operation_id: int, *, actor: User, reason: str) -> Operation:
    """Call it off before it is done; the units that were called are told."""
    operation = lock_operation(operation_id, actor=actor)
    if not can_command_operation(actor, operation):
        raise NotPermitted("cancel_operation")
    _require(operation, S.ASKED, S.CALLED)
    reason = required_reason(reason)
    operation.ended_at = clock.now()
    _move(operation, S.CANCELLED, "ended_at")
    log(operation, OperationEvent.CANCELLED, by=actor, note=reason)
    told = members_of(_unit_ids(operation)) if operation.called_at else deciders_of(operation)
    tell(operation, "cancelled", told, but=actor, note=reason[:200])
    hint(operation)
    return operation


@transaction.atomic
def end_operation(operation_id: int, *, actor: User, reason: str) -> Operation:
    """End it though some units are not done; the reason says what of those that are missing."""
    operation = lock_operation(operation_id, actor=actor)
    if not can_command_operation(actor, operation):
        raise NotPermitted("end_operation")
    _require(operation, S.CALLED)
    reason = required_reason(reason)
    finish(operation)
    log(operation, OperationEvent.ENDED, by=actor, note=reason)
    tell(operation, "ended", members_of(_unit_ids(operation)), but=actor, note=reason[:200])
    hint(operation)
    return operation


@transaction.atomic
def rate_unit(
    operation_id: int, *, actor: User, unit: Organisation, rating: int, note: str = ""
) -> Operation:
    """Rate a unit from 1 to 5 once the operation is done; once only.

    Raises `NotFoundForYou` for a unit that was not called, `AlreadyTaken` when it is rated, ValidationError.
    """
    operation = lock_operation(operation_id, actor=actor)
    if not can_command_operation(actor, operation):
        raise NotPermitted("rate_unit")
    _require(operation, S.DONE)
    if not 1 <= rating <= 5:
        raise invalid("rating", _("Choose between 1 and 5."), "rating_out_of_range")
    share = operation.units.filter(organisation=unit).first()
    if share is None:
        raise NotFoundForYou(unit)
    if share.rating is not None:
        raise AlreadyTaken(share.pk, message=_("This unit is rated already; a rating stands."))
    share.rating, share.rating_note = rating, note.strip()
    share.save(update_fields=["rating", "rating_note"])
    log(
        operation, OperationEvent.RATED, by=actor, unit=unit, note=" · ".join(filter(None, [f"{rating}/5", share.rating_note]))
    )  # fmt: skip
    tell(operation, "rated", members_of([unit.pk]), but=actor, rating=rating, note=share.rating_note)
    hint(operation)
    return operation


# What the services of units share with these


def lock_operation(operation_id: int, *, actor: User) -> Operation:
    """An operation, its row locked to the end of the transaction; raises `NotFoundForYou`."""
    found: Operation | None = (
        Operation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("caller__area", "area", "called_by")
        .filter(pk=operation_id)
        .order_by()
        .first()
    )
    if found is None or not Operation.objects.visible_to(actor).filter(pk=operation_id).exists():
        raise NotFoundForYou(operation_id)
    return found


def log(
    operation: Operation,
    event: OperationEvent,
    *,
    by: User | None,
    unit: Organisation | None = None,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """A line of its log; `by` None is the clock. `at` is when it was done, if a phone tells it later."""
    OperationEntry.objects.create(
        operation=operation, at=at or clock.now(), by=by, unit=unit, event=event, note=note.strip()[:1000]
    )


def finish(operation: Operation) -> None:
    operation.ended_at = clock.now()
    _move(operation, S.DONE, "ended_at")


def _call_units(operation: Operation) -> None:
    for share in operation.units.select_related("organisation"):
        tell(
            operation,
            "called",
            members_of([share.organisation_id]),
            by_at=operation.report_in_by.isoformat(),
            duty=share.duty,
        )


def _move(operation: Operation, state: OperationState, *fields: str) -> None:
    operation.state = state
    operation.save(update_fields=["state", *fields])


def _require(operation: Operation, *states: OperationState) -> None:
    if operation.state not in states:
        raise StepNotAllowed(operation.pk, operation.state)


def _unit_ids(operation: Operation) -> list[int]:
    return list(operation.units.values_list("organisation_id", flat=True))


def _area_of(point: Point, caller: Organisation) -> Area:
    located = locate(point, None)
    if located is None or not located.area.path.startswith(caller.area.path):
        raise invalid("point", _("This place does not lie in the caller's area."), "outside")
    return located.area


def _case_of(case_id: int | None, actor: User, kind: str) -> Case | None:
    if case_id is None:
        return None
    case = Case.objects.visible_to(actor).filter(pk=case_id).first()
    if case is None:
        raise NotFoundForYou(case_id)
    if not case.is_open:
        raise StepNotAllowed(case)
    if not can_call_about(actor, case, kind=kind):
        raise NotPermitted("call_operation")
    return case


def _check_shares(shares: Sequence[Share], caller: Organisation) -> None:
    units = {share.unit.pk for share in shares}
    if not shares:
        raise invalid("units", _("Choose the units that are called."), "no_units")
    if len(shares) > MOST_UNITS:
        raise invalid("units", _("Call at most 20 units at once."), "too_many_units")
    if len(units) < len(shares):
        raise invalid("units", _("Name each unit once."), "twice")
    if sum(share.leads for share in shares) > 1:
        raise invalid("units", _("Only one unit can lead."), "two_lead")
    if not all(share.duty.strip() for share in shares):
        raise invalid("units", _("Say what each unit has to do."), "duty_missing")
    if callable_units(caller).filter(pk__in=units).count() < len(units):
        raise invalid("units", _("One of these units can't be called."), "not_callable")
