"""Licences of objects from a file: each row that fits is written, each other one named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import IO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gridgov.errors import NotPermitted
from grids.area_files import UnreadableFile
from grids.attributes import day_of
from grids.models import GridObject, Licence, Organisation, User
from grids.permissions import can_change_objects
from grids.registry_columns import COLUMNS
from grids.registry_files import LOST_DIGITS, open_table

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", *COLUMNS["code"]),
    "kind": ("kind", "证照", "证照名称", "证照类型"),
    "department": ("department", "发证部门", "发证机关"),
    "number": ("number", "证号", "证照编号"),
    "valid_from": ("valid_from", "from", "有效期自", "发证日期"),
    "valid_to": ("valid_to", "to", "有效期至"),
}
_NEEDED = ("code", "kind", "department", "number")
_CHUNK = 1_000
_WRITTEN = ("kind", "valid_from", "valid_to")
_Key = tuple[int, int, str]


@dataclass
class LicenceReport:
    """What came of the rows; refused ones with their number and the reason."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def import_licences(file: IO[bytes], name: str, *, actor: User | None, apply: bool = True) -> LicenceReport:
    """Add and change licences by object, department and number; without `apply` only say what would come of it.

    Columns: code (of the object), kind, department (its code), number, valid_from, valid_to. The same file again is all
    unchanged. Raises `NotPermitted` and `UnreadableFile`.
    """
    if not can_change_objects(actor):
        raise NotPermitted("import_licences")
    report, seen = LicenceReport(), set[_Key]()
    departments = {one.code: one for one in Organisation.objects.all()}
    with open_table(file, name) as table:
        places = _places(table.header)
        while chunk := list(islice(table.rows, _CHUNK)):
            rows = [(number, _given(places, cells)) for number, cells in chunk]
            written = list(_judged(report, rows, departments, seen))
            if apply:
                Licence.objects.bulk_create(
                    written,
                    update_conflicts=True,
                    unique_fields=["object", "department", "number"],
                    update_fields=_WRITTEN,
                )
    return report


def _places(header: Sequence[str]) -> dict[str, int]:
    titles = [title.strip().lower() for title in header]
    places = {
        column: place
        for column, names in _COLUMNS.items()
        for place, title in enumerate(titles)
        if title in names
    }
    if missing := [column for column in _NEEDED if column not in places]:
        raise UnreadableFile(_("There is no column “%(name)s”.") % {"name": ", ".join(missing)})
    return places


def _given(places: Mapping[str, int], cells: Sequence[str]) -> dict[str, str]:
    return {column: cells[place] if place < len(cells) else "" for column, place in places.items()}


def _judged(
    report: LicenceReport,
    rows: Sequence[tuple[int, dict[str, str]]],
    departments: Mapping[str, Organisation],
    seen: set[_Key],
) -> Iterator[Licence]:
    """The licences to be written; the report hears of every row."""
    codes = {given["code"] for _number, given in rows}
    objects = {one.code: one for one in GridObject.objects.filter(code__in=codes)}
    there = {_key(one): one for one in Licence.objects.filter(object__in=objects.values())}
    for number, given in rows:
        try:
            licence = _read(given, objects, departments)
            licence.clean_fields(exclude={"object", "department"})
            licence.validate_constraints(exclude={"object", "department"})
            if _key(licence) in seen:
                raise ValidationError(_("The same stands further up in this file."))
        except ValidationError as error:
            report.refused.append((number, "; ".join(error.messages)))
            continue
        seen.add(_key(licence))
        known = there.get(_key(licence))
        if known and all(getattr(known, name) == getattr(licence, name) for name in _WRITTEN):
            report.unchanged += 1
            continue
        report.changed += bool(known)
        report.new += not known
        yield licence


def _read(
    given: Mapping[str, str], objects: Mapping[str, GridObject], departments: Mapping[str, Organisation]
) -> Licence:
    """A row as a licence; raises ValidationError in words."""
    if LOST_DIGITS in given.values():
        raise ValidationError(
            _("Excel took a long code for a number and lost its last digits: make the column text.")
        )
    code, department = given["code"], given["department"]
    if code not in objects:
        raise ValidationError(_("No object has the code “%(code)s”.") % {"code": code})
    if department not in departments:
        raise ValidationError(_("There is no organisation with the code “%(word)s”.") % {"word": department})
    return Licence(
        object=objects[code],
        department=departments[department],
        kind=given["kind"],
        number=given["number"],
        valid_from=_day(given.get("valid_from", "")),
        valid_to=_day(given.get("valid_to", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(day_of(text)) if text else None
    except ValueError as error:
        raise ValidationError(str(error)) from None


def _key(licence: Licence) -> _Key:
    return licence.object_id, licence.department_id, licence.number
