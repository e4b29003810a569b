"""Licences of objects from a file: how its rows are judged, and how those that were shown are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gridgov.language import listed
from grids.attributes import day_of
from grids.models import ChangeSource, GridObject, Licence, Organisation, RowOutcome, User
from grids.registry_columns import EMPTIED, LICENCE_COLUMNS, read_header, titles_of
from grids.registry_files import LOST_DIGITS
from grids.registry_rows import FileRow, Judged, problems_of

_DAYS = ("valid_from", "valid_to")
_WRITTEN = ("kind", *_DAYS)
_SAID = ("department", "number", *_WRITTEN)
# Object, department and number; the same in another row is the same licence.
_Key = tuple[str, str, str]


class LicenceRows:
    """The rows of a file of licences, known by object, department and number."""

    needed: tuple[str, ...] = ("code", "department", "number")

    def __init__(self, header: Sequence[str], **_of_objects: Any) -> None:
        self.known = read_header(header, columns=LICENCE_COLUMNS)
        self._departments = {one.code: one for one in Organisation.objects.all()}
        self._codes = _codes_of(self._departments.values())
        self._seen: dict[_Key, int] = {}

    def read(self, number: int, cells: list[str]) -> FileRow:
        """A row; an empty cell says nothing, what is there stays."""
        row = FileRow(number, cells)
        given = {
            column: cells[place]
            for column, place in self.known.places.items()
            if place < len(cells) and cells[place]
        }
        row.code = " · ".join(given[name] for name in ("code", "number") if name in given)
        if LOST_DIGITS in given.values():
            row.problems.append(
                _("Excel took a long code for a number and lost its last digits: make the column text.")
            )
            return row
        for name, cell in given.items():
            try:
                row.values[name] = self._code_of(cell) if name == "department" else _read(name, cell)
            except ValidationError as error:
                row.problems += error.messages
        return row

    def _code_of(self, cell: str) -> str:
        """The code of the department that a cell names by its code or as pages call it."""
        if cell in self._departments:
            return cell
        found = self._codes.get(cell, set())
        if len(found) > 1:
            raise ValidationError(
                _("Several are called “%(word)s”: give the code, one of %(codes)s.")
                % {"word": cell, "codes": listed(sorted(found))}
            )
        return _read("department", next(iter(found), cell))  # type: ignore[no-any-return]

    def judge(self, rows: Sequence[FileRow]) -> list[Judged]:
        return self._judged(rows, Licence.objects.all())

    def judge_again(self, rows: Sequence[FileRow]) -> list[Judged]:
        """As they are now, and stay to the end of the transaction."""
        self._seen = {}
        return self._judged(rows, Licence.objects.select_for_update(of=("self",), no_key=True))

    def lacks_something(self, one: Judged, good: Sequence[Judged]) -> bool:
        return False

    def write(self, judged: Sequence[Judged], *, actor: User | None) -> None:
        changed = [one.written for one in judged if one.outcome == RowOutcome.CHANGED]
        with pghistory.context(user=actor.pk if actor else None, source=ChangeSource.IMPORT):
            Licence.objects.bulk_create(one.written for one in judged if one.outcome == RowOutcome.NEW)
            Licence.objects.bulk_update(changed, _WRITTEN, batch_size=500)

    def _judged(self, rows: Sequence[FileRow], licences: Any) -> list[Judged]:
        codes = {row.values["code"] for row in rows if "code" in row.values}
        objects = {one.code: one for one in GridObject.objects.filter(code__in=codes)}
        found = licences.filter(object__in=objects.values()).select_related("object", "department")
        there = {(one.object.code, one.department.code, one.number): one for one in found.order_by("pk")}
        judged = []
        for row in rows:
            one = Judged(row, problems=row.problems)
            if not one.problems:
                try:
                    self._compare(one, objects, there)
                except ValidationError as error:
                    one.problems += problems_of(error, Licence)
            judged.append(one)
        return judged

    def _compare(self, one: Judged, objects: Mapping[str, GridObject], there: Mapping[_Key, Licence]) -> None:
        """What comes of a row; raises ValidationError in words."""
        given = one.row.values
        if missing := [name for name in self.needed if name not in given]:
            raise ValidationError(_("This is missing: %(columns)s.") % {"columns": titles_of(missing)})
        key: _Key = (given["code"], given["department"], given["number"])
        if given["code"] not in objects:
            raise ValidationError(_("No object has the code “%(code)s”.") % {"code": given["code"]})
        if given["department"] not in self._departments:
            message = _("There is no department with the code or name “%(word)s”.")
            raise ValidationError(message % {"word": given["department"]})
        first = self._seen.setdefault(key, one.row.number)
        if first != one.row.number:
            raise ValidationError(_("The same stands in row %(number)d already.") % {"number": first})
        known = there.get(key)
        written = known or Licence(
            object=objects[key[0]], department=self._departments[key[1]], number=key[2]
        )
        before = _as_json(written) if known else dict.fromkeys(_SAID)
        for name in _WRITTEN:
            if name in given:
                setattr(written, name, given[name])
        if not written.kind:
            raise ValidationError(_("Something new needs: %(columns)s.") % {"columns": titles_of(["kind"])})
        written.clean_fields(exclude={"object", "department"})
        written.validate_constraints(exclude={"object", "department"})
        after = _as_json(written)
        one.said = {name: [before[name], after[name]] for name in _SAID if before[name] != after[name]}
        one.outcome = (
            RowOutcome.NEW if not known else RowOutcome.CHANGED if one.said else RowOutcome.UNCHANGED
        )
        one.written = written


def _codes_of(departments: Iterable[Organisation]) -> dict[str, set[str]]:
    """The codes of departments by their names, long and short."""
    codes: dict[str, set[str]] = defaultdict(set)
    for each in departments:
        for word in (each.name, each.short_name):
            codes[word].add(each.code)
    return codes


def _read(name: str, cell: str) -> Any:
    """A cell as it is kept; raises ValidationError in words."""
    if cell in EMPTIED and name not in _DAYS:
        raise ValidationError(_("“%(column)s” can't be emptied.") % {"column": titles_of([name])})
    if name not in _DAYS:
        return cell
    try:
        return None if cell in EMPTIED else date.fromisoformat(day_of(cell.partition(" ")[0]))
    except ValueError as error:
        raise ValidationError(str(error)) from None


def _as_json(licence: Licence) -> dict[str, Any]:
    days = {name: getattr(licence, name) for name in _DAYS}
    return {
        "department": licence.department.code,
        "number": licence.number,
        "kind": licence.kind,
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }
