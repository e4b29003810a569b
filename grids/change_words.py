"""Changes of the registry as people say them: fields by name, values in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from grids.attributes import in_words as value_in_words
from grids.attributes import name_of
from grids.models import (
    Area,
    GridObject,
    Licence,
    ObjectState,
    ObjectType,
    Organisation,
    RegistryChange,
    RiskGrade,
)

# Fields whose values are codes of other rows.
_NAMED: Mapping[str, type[Model]] = {
    "type": ObjectType,
    "owner": Organisation,
    "part_of": GridObject,
    "area": Area,
}
_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "state": dict(ObjectState.choices),
    "risk": dict(RiskGrade.choices),
}
_ORDER = [field.name for field in GridObject._meta.fields]
_LICENCE_ORDER = [field.name for field in Licence._meta.fields]
# What of a new object is said anyway by the page that shows it.
_OF_NEW = ("name", "address", "state", "risk")


@dataclass(frozen=True)
class FieldChange:
    """One field as it was and as it is, in words; "" where there was or is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangeLine:
    """One change and what it did; of a new object only how it began."""

    change: RegistryChange
    fields: list[FieldChange]


def in_words(changes: Iterable[RegistryChange]) -> list[ChangeLine]:
    """The changes in words; a query for each kind of row that they name, however many changes."""
    found = list(changes)
    names = _names_in(found)
    return [ChangeLine(change, list(_fields_of(change, names))) for change in found]


def licences_in_words(said: Sequence[Mapping[str, list[Any]]]) -> list[list[FieldChange]]:
    """What rows of a file change of licences, in words; a query for all the departments."""
    codes = {code for fields in said for code in fields.get("department", []) if code}
    departments = {one.code: str(one) for one in Organisation.objects.filter(code__in=codes)}
    return [
        [
            FieldChange(
                _label(name, Licence),
                *(
                    departments.get(value, value or "") if name == "department" else value or ""
                    for value in pair
                ),
            )
            for name, pair in sorted(fields.items(), key=lambda item: _LICENCE_ORDER.index(item[0]))
        ]
        for fields in said
    ]


def _fields_of(change: RegistryChange, names: Mapping[str, Mapping[str, Any]]) -> Iterable[FieldChange]:
    definitions = change.object.type.attributes
    # As people read them: the database keeps no order.
    for field, (before, after) in sorted(change.fields.items(), key=lambda item: _ORDER.index(item[0])):
        if change.version == 1 and before is None and field not in _OF_NEW:
            continue
        if field == "attributes":
            yield from _attributes(definitions, before or {}, after or {})
        else:
            yield FieldChange(_label(field), _value(field, before, names), _value(field, after, names))


def _attributes(
    definitions: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterable[FieldChange]:
    for field in definitions:
        was, now = (
            value_in_words(field, values[field["key"]]) if field["key"] in values else ""
            for values in (before, after)
        )
        if was != now:
            yield FieldChange(name_of(field), was, now)


def _label(field: str, of: type[Model] = GridObject) -> str:
    found: Any = of._meta.get_field(field)
    return str(found.verbose_name)


def _value(field: str, value: Any, names: Mapping[str, Mapping[str, Any]]) -> str:
    if value in (None, ""):
        return ""
    if field in _CHOICES:
        return str(_CHOICES[field].get(value, value))
    if field in _NAMED:
        return str(names[field].get(value, value))
    if field == "point":
        longitude, latitude = value
        return _("%(latitude)s N, %(longitude)s E") % {
            "latitude": f"{latitude:.5f}",
            "longitude": f"{longitude:.5f}",
        }
    return str(value)


def _names_in(changes: list[RegistryChange]) -> dict[str, dict[str, Any]]:
    """The rows that the changes name by code, by field and code."""
    codes: dict[str, set[str]] = {field: set() for field in _NAMED}
    for change in changes:
        for field in _NAMED.keys() & change.fields.keys():
            codes[field] |= {code for code in change.fields[field] if code}
    return {
        field: {row.code: row for row in _by_code(_NAMED[field], wanted)} if wanted else {}
        for field, wanted in codes.items()
    }


def _by_code(model: type[Model], codes: set[str]) -> QuerySet[Any]:
    return model._default_manager.filter(code__in=codes)
