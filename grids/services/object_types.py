"""Changes to the types of objects, and the types of the standard catalogue."""

import json
from collections.abc import Iterable
from pathlib import Path

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gridgov.errors import NotPermitted
from gridgov.language import listed
from grids.attributes import Definition
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
    check_type(changed)
    with pghistory.context(user=actor.pk if actor else None):
        changed.save()
    return changed


def check_type(changed: ObjectType) -> None:
    """Raises ValidationError when objects would lose a field that they have a value of."""
    if changed.pk is None:
        return
    before = ObjectType.objects.get(pk=changed.pk).attributes
    lost = lost_fields(before, changed.attributes)
    if lost and changed.objects_of.filter(attributes__has_any_keys=lost).exists():
        message = _("Objects still have these fields, so they stay with their type: %(names)s")
        raise ValidationError(
            {"attributes": ValidationError(message % {"names": listed(lost)}, code="field_in_use")}
        )


def lost_fields(before: Iterable[Definition], after: Iterable[Definition]) -> list[str]:
    """The keys of fields that are gone, or hold something of another type."""
    now = {field["key"]: field["type"] for field in after}
    return [field["key"] for field in before if now.get(field["key"]) != field["type"]]


@transaction.atomic
def load_types() -> list[ObjectType]:
    """Add the types of `fixtures/registry/types.json`; returns the new ones.

    May run again: a type that is there already, changed or not, stays as it is.
    """
    there = set(ObjectType.objects.values_list("code", flat=True))
    new = [
        ObjectType(
            code=row["code"],
            is_private=row.get("is_private", False),
            **{name: row[name] for name in _FIELDS},
        )
        for row in json.loads(TYPES.read_text(encoding="utf-8"))
        if row["code"] not in there
    ]
    return [save_type(each, actor=None) for each in new]
