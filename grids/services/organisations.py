"""Changes to organisations."""

from collections.abc import Sequence

import pghistory
from django.db import transaction

from gridgov.errors import NotPermitted
from grids.models import Organisation, User
from grids.permissions import can_change_organisations


@transaction.atomic
def add_organisations(organisations: Sequence[Organisation], *, actor: User | None) -> list[Organisation]:
    """Add organisations whose areas and parents exist; the level is their area's.

    Raises `NotPermitted`; `IntegrityError` for a code that is taken or an area's second command centre.
    """
    if not can_change_organisations(actor):
        raise NotPermitted()
    for organisation in organisations:
        organisation.level = organisation.area.level
    with pghistory.context(user=actor.pk if actor else None):
        return Organisation.objects.bulk_create(organisations)


@transaction.atomic
def save_organisation(organisation: Organisation, *, actor: User | None) -> Organisation:
    """Add or change one organisation, checked as a form would check it; the level is its area's.

    Raises `ValidationError`, `NotPermitted`.
    """
    if not can_change_organisations(actor):
        raise NotPermitted()
    organisation.level = organisation.area.level
    organisation.full_clean()
    with pghistory.context(user=actor.pk if actor else None):
        organisation.save()
    return organisation
