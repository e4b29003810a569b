"""What the units of an operation do: report in at the place, and say what was done; what happens when nobody comes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from dispatch.batches import move_each
from dispatch.models import Operation, OperationEvent, OperationState, OperationUnit
from dispatch.operation_notices import callers_of, hint, superiors_of, tell
from dispatch.permissions import can_act_for_unit
from dispatch.services.operation import finish, lock_operation, log
from gridgov import clock
from gridgov.errors import AlreadyTaken, NotPermitted, StepNotAllowed, invalid
from gridgov.models import Photo
from grids.models import Organisation, User

# Nobody stands at a place the day before.
EARLIEST = timedelta(hours=2)
LONGEST_REASON = 200


@transaction.atomic
def report_in(
    operation_id: int,
    *,
    actor: User,
    point: Point | None = None,
    accuracy_m: float | None = None,
    note: str = "",
    unit: Organisation | None = None,
    done_at: datetime | None = None,
) -> Operation:
    """Say that one's unit is at the place (报到): the device's position within the limit, or the reason why not.

    `unit` names one of several that the actor works for. `done_at` is when, for a phone that had no signal. A unit that
    comes late comes all the same; that it was missed stays.

    Raises `NotPermitted`, `AlreadyTaken` when a colleague was quicker, `StepNotAllowed` when it is over or hours ahead,
    ValidationError for a place too far away without a reason.
    """
    operation = lock_operation(operation_id, actor=actor)
    share = _share_of(operation, actor, unit)
    if operation.state != OperationState.CALLED:
        raise StepNotAllowed(operation.pk, operation.state)
    if share.reported_in_at:
        raise AlreadyTaken(share.pk, message=_("Your unit has reported in already."))
    at = _when(operation, done_at)
    if at < operation.starts_at - EARLIEST:
        raise StepNotAllowed(
            operation.pk,
            message=_("It has not begun yet: report in when you are there, at most two hours before."),
        )
    metres = _metres_to(operation, point)
    note = note.strip()
    if not is_there(operation, metres, accuracy_m) and not note:
        raise invalid("note", _why_needed(metres), "reason_missing")
    share.reported_in_at, share.reported_in_told_at, share.reported_in_by = at, clock.now(), actor
    share.reported_in_point, share.reported_in_accuracy_m = point, accuracy_m
    share.reported_in_distance_m, share.reported_in_note = metres, note[:LONGEST_REASON]
    share.save(
        update_fields=[
            "reported_in_at", "reported_in_told_at", "reported_in_by", "reported_in_point", "reported_in_accuracy_m",
            "reported_in_distance_m", "reported_in_note",
        ]
    )  # fmt: skip
    log(operation, OperationEvent.REPORTED_IN, by=actor, unit=share.organisation, note=note, at=at)
    tell(operation, "reported_in", callers_of(operation), but=actor, unit=str(share.organisation))
    hint(operation)
    return operation


@transaction.atomic
def feed_back_operation(
    operation_id: int,
    *,
    actor: User,
    feedback: str = "",
    photos: Collection[Photo] = (),
    unit: Organisation | None = None,
    done_at: datetime | None = None,
) -> Operation:
    """Say what one's unit did, in words or photos; with the last unit's part the operation is done.

    Raises `NotPermitted`, `AlreadyTaken` when it was said, `StepNotAllowed` before the unit reported in.
    """
    operation = lock_operation(operation_id, actor=actor)
    share = _share_of(operation, actor, unit)
    if operation.state != OperationState.CALLED:
        raise StepNotAllowed(operation.pk, operation.state)
    if share.done_at:
        raise AlreadyTaken(share.pk, message=_("Your unit's part is done already."))
    if share.reported_in_at is None:
        raise StepNotAllowed(share.pk, message=_("Report in first: then say what was done."))
    feedback = feedback.strip()
    if not feedback and not photos:
        raise invalid("feedback", _("Take a photo, or say in a few words what was done."), "feedback_missing")
    share.done_at, share.done_by, share.feedback = (
        max(_when(operation, done_at), share.reported_in_at),
        actor,
        feedback,
    )
    share.save(update_fields=["done_at", "done_by", "feedback"])
    Photo.objects.bulk_create([photo for photo in photos if photo._state.adding])
    share.photos.set(photos)
    log(
        operation,
        OperationEvent.FED_BACK,
        by=actor,
        unit=share.organisation,
        note=feedback,
        at=share.done_at,
    )
    if not operation.units.filter(done_at=None).exists():
        finish(operation)
        log(operation, OperationEvent.DONE, by=None)
        tell(operation, "done", callers_of(operation))
    hint(operation)
    return operation


def miss_units() -> int:
    """Note each unit that has not reported in in time, once, and tell the caller and who stands above it; how many."""
    late = (
        OperationUnit.objects.filter(
            operation__state=OperationState.CALLED,
            operation__report_in_by__lte=clock.now(),
            reported_in_at=None,
            missed_at=None,
        )
        .select_related("operation__caller", "operation__area", "operation__called_by", "organisation__area")
        .order_by("pk")
    )
    # The operation first, as in every write: it may be called off in this moment.
    return move_each(late, _miss, lock=("operation", "self"))


def _miss(share: OperationUnit) -> None:
    share.missed_at = clock.now()
    share.save(update_fields=["missed_at"])
    operation = share.operation
    log(operation, OperationEvent.MISSED, by=None, unit=share.organisation)
    people = [*callers_of(operation), *superiors_of(share.organisation)]
    tell(operation, "missed", people, unit=str(share.organisation))
    hint(operation)


def is_there(operation: Operation, metres: float | None, accuracy_m: float | None) -> bool:
    """Whether a position may be at the place: within the limit, given how far off the device may be (as far again)."""
    if metres is None:
        return False
    return metres - min(accuracy_m or 0, operation.report_in_m) <= operation.report_in_m


def _share_of(operation: Operation, actor: User, unit: Organisation | None) -> OperationUnit:
    """The actor's unit among those called; of several the one that is not done."""
    shares = operation.units.select_related("organisation").order_by("done_at", "pk")
    mine = [share for share in shares if can_act_for_unit(actor, share)]
    if unit is not None:
        mine = [share for share in mine if share.organisation_id == unit.pk]
    if not mine:
        raise NotPermitted(operation.pk)
    waiting = [share for share in mine if share.done_at is None]
    return (waiting or mine)[0]


def _when(operation: Operation, told: datetime | None) -> datetime:
    """When it was done: not after now, nor before the units were called."""
    now = clock.now()
    return min(max(told, operation.called_at or now), now) if told else now


def _metres_to(operation: Operation, point: Point | None) -> float | None:
    if point is None:
        return None
    found = Operation.objects.filter(pk=operation.pk).annotate(away=Distance("point", point))
    return round(float(found.values_list("away", flat=True).get().m), 1)


def _why_needed(metres: float | None) -> str:
    if metres is None:
        return _("Without a position say why, and where you are.")
    return _("You are %(metres)d m away from the place: say why you report in from there.") % {
        "metres": metres
    }
