"""Changes to the licences of objects."""

import pghistory
from django.db import transaction

from gridgov.errors import NotPermitted
from grids.models import Licence, User
from grids.permissions import can_change_objects


@transaction.atomic
def save_licence(licence: Licence, *, actor: User | None) -> Licence:
    """Add or change a licence, checked as a form would check it. Raises `NotPermitted`, ValidationError."""
    if not can_change_objects(actor):
        raise NotPermitted("save_licence")
    licence.full_clean()
    with pghistory.context(user=actor.pk if actor else None):
        licence.save()
    return licence


@transaction.atomic
def remove_licence(licence: Licence, *, actor: User | None) -> None:
    """Take away a licence that should never have been here; one that ended stays. Raises `NotPermitted`."""
    if not can_change_objects(actor):
        raise NotPermitted("remove_licence")
    with pghistory.context(user=actor.pk if actor else None):
        licence.delete()
