"""Handing over a shift: what is open, a note, and the signature of who comes."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from dispatch.batches import move_each
from dispatch.models import Shift
from dispatch.permissions import can_hand_over, can_see_rota, can_take_over, sits_at
from dispatch.rota_notices import tell_of_handover, tell_of_late_handover
from dispatch.seat import open_at
from gridgov import clock
from gridgov.errors import AlreadyTaken, NotFoundForYou, NotPermitted, StepNotAllowed, invalid
from gridgov.live import organisation_topic, tell_live
from grids.models import User

LATEST = timedelta(days=1)


@transaction.atomic
def hand_over(shift_id: int, *, actor: User, note: str = "", to: User | None = None) -> Shift:
    """Hand a seat over, to somebody or to whoever comes; what is open is kept as it is now.

    Raises `NotFoundForYou`, `NotPermitted`, `StepNotAllowed` for one that is handed over already, has not begun, or
    is out in an area; ValidationError for somebody who does not sit there.
    """
    shift = _locked(shift_id, actor)
    if not can_hand_over(actor, shift):
        raise NotPermitted("hand_over")
    if shift.handed_over_at is not None:
        raise StepNotAllowed(shift_id, message=_("This shift is handed over already."))
    if shift.area_id is not None or shift.starts_at > clock.now():
        raise StepNotAllowed(shift_id, message=_("There is nothing to hand over yet."))
    if to is not None and (to == shift.user or not sits_at(to, shift.organisation)):
        raise invalid("to", _("%(who)s does not sit here.") % {"who": to}, "does_not_sit_here")
    shift.handed_over_at, shift.handed_over_to, shift.note = clock.now(), to, note.strip()
    shift.open_counts = open_at(shift.user, shift.organisation)
    shift.save(update_fields=["handed_over_at", "handed_over_to", "note", "open_counts"])
    if to is not None:
        tell_of_handover(shift, [to])
    _tell_live(shift)
    return shift


@transaction.atomic
def take_over(shift_id: int, *, actor: User) -> Shift:
    """Sign for what somebody handed over; of two at once the first does.

    Raises `NotFoundForYou`, `NotPermitted`, `AlreadyTaken`, `StepNotAllowed` for one that is not handed over yet.
    """
    shift = _locked(shift_id, actor)
    if shift.taken_over_at is not None:
        raise AlreadyTaken(
            shift_id, message=_("%(who)s has already taken over.") % {"who": shift.handed_over_to}
        )
    if shift.handed_over_at is None:
        raise StepNotAllowed(shift_id, message=_("This shift is not handed over yet."))
    if not can_take_over(actor, shift):
        raise NotPermitted("take_over")
    shift.taken_over_at, shift.handed_over_to = clock.now(), actor
    shift.save(update_fields=["taken_over_at", "handed_over_to"])
    _tell_live(shift)
    return shift


def tell_late_handovers() -> int:
    """Tell the supervisor, once each, of shifts that nobody handed over in time, or that who sits there now has not signed.

    In time is `HANDOVER_MINUTES` after the end; what is older than a day is left.
    """
    now = clock.now()
    next_one = Shift.objects.filter(
        organisation=OuterRef("organisation"), area=None, starts_at__lte=now, ends_at__gt=now
    )
    late = (
        Shift.objects.filter(
            Q(handed_over_at=None) | Exists(next_one),
            area=None,
            taken_over_at=None,
            told_late_at=None,
            ends_at__lte=now - timedelta(minutes=int(settings.HANDOVER_MINUTES)),
            ends_at__gt=now - LATEST,
        )
        .select_related("user", "organisation__area")
        .order_by("pk")
    )
    return move_each(late, _tell_late)


def _tell_late(shift: Shift) -> None:
    shift.told_late_at = clock.now()
    shift.save(update_fields=["told_late_at"])
    tell_of_late_handover(shift)


def _locked(shift_id: int, actor: User) -> Shift:
    shift = (
        Shift.objects.select_for_update(of=("self",), no_key=True)
        # Not who took it: a join is not looked at again when the lock had to wait, and that is what changes.
        .select_related("user", "organisation__area")
        .filter(pk=shift_id)
        .first()
    )
    if shift is None or not (shift.user_id == actor.pk or can_see_rota(actor, shift.organisation)):
        raise NotFoundForYou(shift_id)
    return shift


def _tell_live(shift: Shift) -> None:
    tell_live("rota", "", [organisation_topic(shift.organisation_id)])
