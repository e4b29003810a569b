"""Objects as rows of a file, in the columns that an import reads."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from grids.models import GridObject, ObjectType
from grids.registry_columns import attribute_headings, column_headings


def exported_rows(objects: QuerySet[GridObject]) -> Iterator[list[Any]]:
    """The header, then a row for each object, wholes before their parts where their ids tell; few at a time in memory."""
    types = {each.pk: each for each in ObjectType.objects.all()}
    there = objects.order_by().values_list("type", flat=True).distinct()
    attributes = attribute_headings(types[pk] for pk in there)
    yield [*column_headings(), *attributes.values()]
    for one in objects.select_related("owner", "part_of").order_by("pk").iterator(chunk_size=2_000):
        yield [*_cells(one, types[one.type_id]), *(_cell(one.attributes.get(key)) for key in attributes)]


def _cells(one: GridObject, type: ObjectType) -> list[Any]:
    return [
        one.code, type.code, one.name, one.state, one.address,
        round(one.point.x, 7) if one.point else "", round(one.point.y, 7) if one.point else "",
        one.owner.code if one.owner else "", one.risk, one.credit_code, one.business_scope,
        one.part_of.code if one.part_of else "", one.as_of.isoformat(), one.source,
    ]  # fmt: skip


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value
