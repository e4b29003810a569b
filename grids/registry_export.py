"""Objects as rows of a file, in the columns that an import reads."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from grids.attributes import Definition, in_words
from grids.models import GridObject, Licence, ObjectType
from grids.registry_columns import LICENCE_COLUMNS, attribute_headings, column_headings, words_of_types


def exported_rows(objects: QuerySet[GridObject]) -> Iterator[list[Any]]:
    """The header, then a row for each object, wholes before their parts where their ids tell; few at a time in memory."""
    types = {each.pk: each for each in ObjectType.objects.all()}
    words = words_of_types(list(types.values()))
    there = objects.order_by().values_list("type", flat=True).distinct()
    attributes = attribute_headings(types[pk] for pk in there)
    yield [*column_headings(), *attributes.values()]
    for one in objects.select_related("owner", "part_of").order_by("pk").iterator(chunk_size=2_000):
        type = types[one.type_id]
        # What another type is called, too, goes by its code.
        shown = str(type) if words[str(type).lower()] == type else type.code
        fields = {field["key"]: field for field in type.attributes}
        values = (_cell(fields.get(key), one.attributes.get(key)) for key in attributes)
        yield [*_cells(one, shown), *values]


def exported_licences(licences: QuerySet[Licence]) -> Iterator[list[Any]]:
    """The header, then a row for each licence, in the columns that an import reads."""
    yield column_headings(LICENCE_COLUMNS)
    rows = licences.select_related("object", "department").order_by("pk")
    for one in rows.iterator(chunk_size=2_000):
        yield [
            one.object.code, one.kind, one.department.code, one.number, _day(one.valid_from), _day(one.valid_to)
        ]  # fmt: skip


def _cells(one: GridObject, type: str) -> list[Any]:
    return [
        one.code, type, one.name, one.get_state_display(), one.address,
        round(one.point.x, 7) if one.point else "", round(one.point.y, 7) if one.point else "",
        one.owner.code if one.owner else "", one.get_risk_display(), one.credit_code, one.business_scope,
        one.part_of.code if one.part_of else "", one.as_of.isoformat(), one.source,
    ]  # fmt: skip


def _cell(field: Definition | None, value: Any) -> Any:
    """A value as the reader says it; a number without its unit."""
    if value is None or field is None:
        return ""
    return in_words(field, value) if field["type"] in ("choice", "yes_no") else value


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
