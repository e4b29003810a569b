"""Changes to the types of objects, and the types of the standard catalogue."""

import json
from pathlib import Path

import pghistory
from django.conf import settings
from django.db import transaction

from gridgov.errors import NotPermitted
from grids.models import ObjectType, User
from grids.permissions import can_change_objects

TYPES = Path(settings.BASE_DIR) / "fixtures" / "registry" / "types.json"
_FIELDS = ("kind", "name", "name_en", "class_digits", "attributes")


@transaction.atomic
def save_type(changed: ObjectType, *, actor: User | None) -> ObjectType:
    """Add or change a type, checked as a form would check it. Raises `NotPermitted`, ValidationError."""
    if not can_change_objects(actor):
        raise NotPermitted("save_type")
    changed.full_clean()
    with pghistory.context(user=actor.pk if actor else None):
        changed.save()
    return changed


@transaction.atomic
def load_types() -> list[ObjectType]:
    """Add the types of `fixtures/registry/types.json`; returns the new ones.

    May run again: a type that is there already, changed or not, stays as it is.
    """
    there = set(ObjectType.objects.values_list("code", flat=True))
    new = [
        ObjectType(code=row["code"], **{name: row[name] for name in _FIELDS})
        for row in json.loads(TYPES.read_text(encoding="utf-8"))
        if row["code"] not in there
    ]
    return [save_type(each, actor=None) for each in new]
