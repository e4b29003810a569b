"""Residents' records: added and ended by administrators, looked at in full for a purpose, deleted in time."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, invalid
from grids.models import GridObject, ObjectKind, Resident, ResidentLook, User
from grids.permissions import can_change_residents, posts_serving_residents

LEAST_PURPOSE = 4
_LONGEST_PURPOSE = 200


@transaction.atomic
def look_at_resident(resident_id: int, *, actor: User, purpose: str) -> ResidentLook:
    """Write down that a resident's record is looked at in full, for a stated purpose of at least four characters.

    Whoever calls shows the record once.

    Raises `NotFoundForYou` where the person may not see the dwelling, `NotPermitted`, and ValidationError for the
    purpose.
    """
    resident = (
        Resident.objects.select_related("dwelling__area")
        .filter(pk=resident_id, dwelling__in=GridObject.objects.visible_to(actor))
        .first()
    )
    if resident is None:
        raise NotFoundForYou(resident_id)
    posts = posts_serving_residents(actor, resident.dwelling)
    if not posts:
        raise NotPermitted("look_at_resident")
    purpose = purpose.strip()
    if not LEAST_PURPOSE <= len(purpose) <= _LONGEST_PURPOSE:
        message = _("Say in %(least)d to %(most)d characters what you need it for.")
        raise invalid("purpose", message % {"least": LEAST_PURPOSE, "most": _LONGEST_PURPOSE}, "no_purpose")
    look: ResidentLook = ResidentLook.objects.create(
        resident_number=resident.pk,
        dwelling=resident.dwelling,
        by=actor,
        # Of several the one nearest to the place.
        post=max(posts, key=lambda post: post.area.level),
        at=clock.now(),
        purpose=purpose,
    )
    return look


@transaction.atomic
def save_resident(resident: Resident, *, actor: User | None) -> Resident:
    """Add a resident to a dwelling, or change the service and its days.

    Name and phone stay as they were written: whoever changes a record need not read it. Raises `NotPermitted`,
    ValidationError.
    """
    if not can_change_residents(actor):
        raise NotPermitted("save_resident")
    dwelling = GridObject.objects.select_related("type").get(pk=resident.dwelling_id)
    if dwelling.type.kind != ObjectKind.DWELLING:
        raise ValidationError(_("People are kept in dwellings only."), code="no_dwelling")
    resident.district_id = dwelling.district_id
    if resident.pk is None:
        resident.full_clean()
        resident.save(force_insert=True)
        return resident
    resident.full_clean(exclude=["name", "phone"])
    resident.save(update_fields=["service", "since", "until"])
    return resident


@transaction.atomic
def remove_resident(resident: Resident, *, actor: User | None) -> None:
    """Delete a record at once; the rows of who looked at it stay. Raises `NotPermitted`."""
    if not can_change_residents(actor):
        raise NotPermitted("remove_resident")
    resident.delete()


def forget_residents() -> int:
    """Delete the records whose service ended longer ago than `RESIDENT_KEEP_DAYS`; returns how many."""
    kept_from: date = clock.today() - timedelta(days=settings.RESIDENT_KEEP_DAYS)
    return int(Resident.objects.filter(until__lt=kept_from).delete()[0])
