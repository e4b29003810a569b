"""The one way in which objects of the registry are added and changed, each change with its row."""

from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted
from grids.attributes import clean_values
from grids.models import (
    Area,
    ChangeKind,
    ChangeSource,
    GridObject,
    ObjectState,
    ObjectType,
    ProposedChange,
    RegistryChange,
    User,
)
from grids.object_codes import code_problem
from grids.permissions import can_change_objects
from grids.selectors import locate

# What may be changed, and is written down when it is.
FIELDS = (
    "type", "name", "state", "address", "point", "part_of", "owner", "risk", "credit_code", "business_scope",
    "attributes", "as_of", "source",
)  # fmt: skip
# A change of these alone is no news: the same was confirmed on another day.
_QUIET = {"as_of", "source"}
_GONE = (ObjectState.CLOSED, ObjectState.REMOVED)


@transaction.atomic
def add_object(
    *, actor: User | None, type: ObjectType, code: str, district: Area | None = None, **fields: Any
) -> GridObject:
    """Add an object by an administrator, or by a command (`actor` None). Fields as in `FIELDS`.

    `district` is for an object without a place, or whose point lies in no area. Raises `NotPermitted`, and
    ValidationError by field.
    """
    if not can_change_objects(actor):
        raise NotPermitted("add_object")
    return write_object(actor, ChangeSource.STAFF, type=type, code=code, district=district, **fields)


@transaction.atomic
def change_object(object_id: int, *, actor: User | None, **changes: Any) -> GridObject:
    """Change an object by an administrator, or by a command; what stays the same leaves no trace.

    Raises `NotFoundForYou`, `NotPermitted`, and ValidationError by field.
    """
    if not can_change_objects(actor):
        raise NotPermitted("change_object")
    return write_changes(lock_object(object_id), actor, ChangeSource.STAFF, **changes)


def lock_object(object_id: int) -> GridObject:
    """An object, its row locked to the end of the transaction. Raises `NotFoundForYou`."""
    # No joins: they are not looked at again when the lock had to wait.
    found: GridObject | None = (
        GridObject.objects.select_for_update(no_key=True).filter(pk=object_id).order_by().first()
    )
    if found is None:
        raise NotFoundForYou(object_id)
    return found


def write_object(
    actor: User | None,
    change_source: ChangeSource,
    *,
    district: Area | None = None,
    proposal: ProposedChange | None = None,
    **fields: Any,
) -> GridObject:
    """Add an object with its row in the change feed; whoever calls has judged who asks."""
    fields.setdefault("as_of", clock.today())
    new = GridObject(**fields)
    if problem := code_problem(new.code):
        raise ValidationError({"code": problem}, code="bad_code")
    _place(new, district)
    _clean(new)
    new.save(force_insert=True)
    change_row(new, ChangeKind.NEW, change_source, actor, said_of_new(new), proposal=proposal).save()
    return new


def write_changes(
    changed: GridObject,
    actor: User | None,
    change_source: ChangeSource,
    *,
    proposal: ProposedChange | None = None,
    **changes: Any,
) -> GridObject:
    """Change a locked object; whoever calls has judged who asks. A change of nothing writes nothing."""
    unknown = changes.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"no such fields: {sorted(unknown)}")
    before = {name: as_json(changed, name) for name in changes}
    for name, value in changes.items():
        setattr(changed, name, value)
    if "point" in changes:
        _place(changed, changed.district)
    _clean(changed)
    said = said_of_change(changed, before)
    if not said:
        return changed
    changed.version += is_news(said)
    changed.save(update_fields=[*said, "version", "area", "district"])
    if is_news(said):
        kind = kind_of_change(changed, said)
        change_row(changed, kind, change_source, actor, said, proposal=proposal).save()
    return changed


def said_of_new(new: GridObject) -> dict[str, list[Any]]:
    """What the change feed says of a new object: field → [None, value], empty fields left out."""
    values = {name: as_json(new, name) for name in FIELDS}
    return {name: [None, value] for name, value in values.items() if value not in (None, "", {})}


def said_of_change(changed: GridObject, before: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What the change feed says of an object whose fields were as in `before`: field → [before, after]."""
    after = {name: as_json(changed, name) for name in before}
    return {name: [old, after[name]] for name, old in before.items() if old != after[name]}


def is_news(said: Mapping[str, Any]) -> bool:
    """Whether it is worth a row in the change feed: the same confirmed on another day is not."""
    return bool(said.keys() - _QUIET)


def kind_of_change(changed: GridObject, said: dict[str, list[Any]]) -> ChangeKind:
    """How a change is called: gone, moved, or just changed."""
    if "state" in said and changed.state in _GONE:
        return ChangeKind.CLOSED
    return ChangeKind.MOVED if said.keys() - _QUIET <= {"point", "address"} else ChangeKind.CHANGED


def as_json(written: GridObject, name: str) -> Any:
    """A field's value as the change feed says it: a point as [longitude, latitude], others' rows by code."""
    value = getattr(written, name)
    if isinstance(value, Point):
        return [round(value.x, 7), round(value.y, 7)]
    if isinstance(value, Model):
        return value.code  # type: ignore[attr-defined]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _place(placed: GridObject, district: Area | None) -> None:
    located = locate(placed.point, level=None) if placed.point else None
    if located:
        placed.area, placed.district = located.area, located.chain[0]
    elif district is None:
        raise ValidationError({"point": _("This place lies in none of our areas.")}, code="outside_all_areas")
    else:
        placed.area = placed.district = district


def _clean(written: GridObject) -> None:
    _clean_values(written)
    written.full_clean(validate_constraints=True)


def clean_alone(written: GridObject) -> None:
    """What can be judged of an object without asking the database, for whoever writes thousands.

    Left to the caller: whether the code is free, and that its area, type, owner and whole exist.
    """
    _clean_values(written)
    written.clean_fields(exclude={"type", "part_of", "owner", "area", "district"})


def _clean_values(written: GridObject) -> None:
    written.credit_code = written.credit_code.strip().upper()
    try:
        written.attributes = clean_values(written.type.attributes, written.attributes)
    except ValidationError as error:
        raise ValidationError({"attributes": error.messages}) from None


def change_row(
    changed: GridObject,
    kind: ChangeKind,
    change_source: ChangeSource,
    actor: User | None,
    said: dict[str, list[Any]],
    *,
    proposal: ProposedChange | None = None,
) -> RegistryChange:
    """The row of the change feed for an object as it is now, not yet saved."""
    return RegistryChange(
        object=changed,
        district_id=changed.district_id,
        kind=kind,
        source=change_source,
        fields=said,
        version=changed.version,
        proposal=proposal,
        by=actor,
        at=clock.now(),
    )
