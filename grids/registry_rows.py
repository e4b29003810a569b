"""Rows of a file as objects of the registry: read, compared with what is there, and judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from grids.attributes import by_heading, day_of, named
from grids.locating import locate_many
from grids.models import Area, AreaLevel, GridObject, ObjectType, Organisation, RowOutcome
from grids.object_codes import code_problem
from grids.registry_columns import EMPTIED, Known, titles_of, words_of_risks, words_of_states, words_of_types
from grids.registry_files import LOST_DIGITS
from grids.services.registry import as_json, clean_alone, is_news, said_of_change, said_of_new

_TEXTS = ("name", "address", "credit_code", "business_scope", "source")
# What a field holds that a file has emptied.
_MAY_BE_EMPTY = {
    "address": "", "credit_code": "", "business_scope": "", "source": "", "owner": None, "part_of": None,
}  # fmt: skip


@dataclass
class FileRow:
    """One row as the file has it: what it says by field, attributes by key or name, and what can't be read.

    Its code is what it is known by.
    """

    number: int
    cells: list[str]
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass
class Judged:
    """A row, and what comes of it: the object (or licence) as it would be, and what is said to have changed."""

    row: FileRow
    outcome: RowOutcome = RowOutcome.REFUSED
    written: Any = None
    said: dict[str, list[Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class RowReader:
    """Reads the cells of rows by what their columns mean; types and organisations are asked for once."""

    def __init__(self, known: Known, types: Sequence[ObjectType]) -> None:
        self.known = known
        self._types = words_of_types(types)
        self._owners = {owner.code: owner for owner in Organisation.objects.all()}
        self._states, self._risks = words_of_states(), words_of_risks()

    @cached_property
    def districts(self) -> dict[str, Area]:
        return {area.code: area for area in Area.objects.filter(level=AreaLevel.DISTRICT)}

    def read(self, number: int, cells: list[str]) -> FileRow:
        """A row; an empty cell says nothing, what is there stays."""
        row = FileRow(number, cells)
        given = {
            column: cells[place]
            for column, place in self.known.places.items()
            if place < len(cells) and cells[place]
        }
        row.attributes = {
            word: cells[place]
            for word, place in self.known.attributes.items()
            if place < len(cells) and cells[place]
        }
        if LOST_DIGITS in (*given.values(), *row.attributes.values()):
            row.problems.append(
                _("Excel took a long code for a number and lost its last digits: make the column text.")
            )
            return row
        self._empty(row, given)
        row.code = given.get("code", "")
        if not row.code:
            row.problems.append(_("The code is missing."))
        elif problem := code_problem(row.code):
            row.problems.append(problem)
        row.values |= {name: given[name] for name in _TEXTS if name in given}
        self._read_words(row, given)
        self._read_point(row, given)
        if "as_of" in given:
            try:
                row.values["as_of"] = date.fromisoformat(day_of(given["as_of"].partition(" ")[0]))
            except ValueError as error:
                row.problems.append(str(error))
        if "part_of" in given:
            row.values["part_of"] = given["part_of"]
        return row

    def _empty(self, row: FileRow, given: dict[str, str]) -> None:
        """Take out what the cells want emptied."""
        for name in [name for name, cell in given.items() if cell in EMPTIED]:
            del given[name]
            if name in _MAY_BE_EMPTY:
                row.values[name] = _MAY_BE_EMPTY[name]
            else:
                row.problems.append(_("“%(column)s” can't be emptied.") % {"column": titles_of([name])})
        row.attributes = {word: "" if cell in EMPTIED else cell for word, cell in row.attributes.items()}

    def _read_words(self, row: FileRow, given: Mapping[str, str]) -> None:
        kinds: tuple[tuple[str, Mapping[str, Any], str], ...] = (
            ("type", self._types, _("There is no type “%(word)s”.")),
            ("state", self._states, _("There is no state “%(word)s”.")),
            ("risk", self._risks, _("There is no risk grade “%(word)s”.")),
        )
        for name, words, problem in kinds:
            if name in given:
                found = words.get(given[name].lower())
                if found is None:
                    row.problems.append(problem % {"word": given[name]})
                else:
                    row.values[name] = found
        if "owner" in given:
            row.values["owner"] = self._owners.get(given["owner"])
            if row.values["owner"] is None:
                row.problems.append(
                    _("There is no organisation with the code “%(word)s”.") % {"word": given["owner"]}
                )

    def _read_point(self, row: FileRow, given: Mapping[str, str]) -> None:
        words = [given.get("longitude", ""), given.get("latitude", "")]
        if not any(words):
            return
        try:
            longitude, latitude = (round(float(word), 7) for word in words)
        except ValueError:
            row.problems.append(_("Longitude and latitude are two numbers in degrees."))
            return
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            row.problems.append(_("Longitude and latitude are not degrees, or one stands for the other."))
            return
        row.values["point"] = Point(longitude, latitude, srid=4326)


class Judge:
    """Judges rows against the registry as it is now; remembers the codes that it has seen.

    `today` and `source` stand in where a new object's row says nothing of them.
    """

    def __init__(self, reader: RowReader, *, today: date, source: str) -> None:
        self._reader, self._today, self._source = reader, today, source
        self._seen: dict[str, int] = {}
        # New objects, others may be part of them: the codes of all, and those judged together as they will be.
        self._coming: set[str] = set()
        self._together: dict[str, GridObject] = {}

    def judge(self, rows: Sequence[FileRow], *, lock: bool = False) -> list[Judged]:
        """What comes of rows; four queries for all of them. With `lock` what is there stays so."""
        objects = GridObject.objects.select_related("type", "owner", "part_of")
        if lock:
            objects = objects.select_for_update(of=("self",), no_key=True)
        there = {one.code: one for one in objects.filter(code__in={row.code for row in rows}).order_by("pk")}
        self._together = {}
        wholes = self._wholes(rows)
        places = self._places(rows)
        judged = []
        for row in rows:
            one = Judged(row, problems=row.problems)
            self._see(one)
            if not one.problems:
                self._compare(one, there.get(row.code), wholes, places)
            judged.append(one)
        return judged

    def _see(self, one: Judged) -> None:
        row = one.row
        first = self._seen.setdefault(row.code, row.number)
        if row.code and first != row.number:
            one.problems.append(_("The same code stands in row %(number)d already.") % {"number": first})

    def _wholes(self, rows: Sequence[FileRow]) -> dict[str, GridObject]:
        codes = {code for row in rows if (code := row.values.get("part_of"))}
        return {whole.code: whole for whole in GridObject.objects.filter(code__in=codes)} if codes else {}

    def _places(self, rows: Sequence[FileRow]) -> dict[int, tuple[int, Area]]:
        """Area and district of each row that has a point in an area, by row number."""
        placed = [row for row in rows if "point" in row.values and not row.problems]
        found = locate_many([row.values["point"].coords for row in placed])
        districts = self._reader.districts
        return {
            placed[number].number: (place.area_id, districts[place.district_code])
            for number, place in found.items()
        }

    def _compare(
        self,
        one: Judged,
        there: GridObject | None,
        wholes: Mapping[str, GridObject],
        places: Mapping[int, tuple[int, Area]],
    ) -> None:
        row = one.row
        written = there or GridObject(code=row.code, as_of=self._today, source=self._source)
        if there is None and (missing := [name for name in ("type", "name") if name not in row.values]):
            one.problems.append(_("Something new needs: %(columns)s.") % {"columns": titles_of(missing)})
            return
        values = dict(row.values)
        if values.get("part_of"):
            code = values["part_of"]
            values["part_of"] = wholes.get(code) or self._together.get(code)
            if values["part_of"] is None and code in self._coming:
                values["part_of"] = GridObject(code=code)
            if code == row.code or values["part_of"] is None:
                one.problems.append(
                    _(
                        "What it is part of, “%(code)s”, stands neither in the registry nor further up in this file."
                    )
                    % {"code": code}
                )
        before = {name: as_json(there, name) for name in (*values, "attributes")} if there else {}
        for name, value in values.items():
            setattr(written, name, value)
        self._give_attributes(one, written)
        if not there or ("point" in values and before["point"] != as_json(written, "point")):
            self._place(one, written, there, places.get(row.number))
        if not one.problems:
            _clean(one, written)
        if one.problems:
            return
        one.written = written
        one.said = said_of_change(written, before) if there else said_of_new(written)
        if there and not _is_not_older(one, before):
            return
        one.outcome = (
            RowOutcome.NEW if not there else RowOutcome.CHANGED if one.said else RowOutcome.UNCHANGED
        )
        if not there:
            self._coming.add(row.code)
            self._together[row.code] = written

    def _give_attributes(self, one: Judged, written: GridObject) -> None:
        keys = by_heading(written.type.attributes)
        given: dict[str, str] = {}
        for word, cell in one.row.attributes.items():
            key = keys.get(word, "")
            if given.get(key, cell) != cell:
                one.problems.append(_("Two columns mean the same: %(columns)s.") % {"columns": word})
            elif key:
                given[key] = cell
            else:
                one.problems.append(
                    _("%(type)s: objects of this type have no “%(word)s”.")
                    % {"type": written.type, "word": word}
                )
        written.attributes = {**written.attributes, **given}

    def _place(
        self, one: Judged, written: GridObject, there: GridObject | None, place: tuple[int, Area] | None
    ) -> None:
        if place:
            written.area_id, written.district = place
        elif written.point:
            one.problems.append(_("This place lies in none of our areas."))
        elif len(self._reader.districts) == 1:
            written.district = next(iter(self._reader.districts.values()))
            written.area_id = written.district.pk
        else:
            one.problems.append(_("Something new needs a place: longitude and latitude."))


def _is_not_older(one: Judged, before: Mapping[str, Any]) -> bool:
    """Refuse what would write older data over newer ones; the same as of an earlier day is no change."""
    was, given = before.get("as_of"), one.written.as_of
    if not was or given.isoformat() >= was:
        return True
    if is_news(one.said):
        one.problems.append(
            _("It is older than what is there: as of %(day)s, and we have %(newest)s.")
            % {"day": given, "newest": was}
        )
        return False
    one.said = {}
    return True


def _clean(one: Judged, written: GridObject) -> None:
    try:
        clean_alone(written)
    except ValidationError as error:
        one.problems += problems_of(error, GridObject)


def problems_of(error: ValidationError, model: type[Model]) -> list[str]:
    """What is wrong, each with the name of its field."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    # An attribute's problem begins with its own name; others are about several fields.
    unnamed = ("attributes", NON_FIELD_ERRORS)
    return [
        text if name in unnamed else named(model._meta.get_field(name).verbose_name, text)  # type: ignore[union-attr]
        for name, messages in error.message_dict.items()
        for text in messages
    ]
