"""The names behind the ids in a page of rows, each kind in one query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from cases.models import CaseClass
from grids.api.serializers import level_name
from grids.models import Area, Organisation

AREAS = ("district_id", "street_id", "subdistrict_id", "community_id", "grid_id")


@dataclass(frozen=True)
class Names:
    """Areas, organisations and classes by id, as rows show them."""

    areas: Mapping[int, dict[str, Any]]
    organisations: Mapping[int, dict[str, Any]]
    classes: Mapping[int, dict[str, Any]]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Self:
        return cls(
            areas=_areas_by_id(row[field] for row in rows for field in AREAS),
            organisations=organisations_by_id(
                row[field] for row in rows for field in ("holder_id", "unit_id")
            ),
            classes=_classes_by_id(row["case_class_id"] for row in rows),
        )


def organisations_by_id(ids: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    """Code and name of organisations; one query."""
    found = Organisation.objects.filter(pk__in=_known(ids)).order_by()
    return {pk: {"code": code, "name": name} for pk, code, name in found.values_list("pk", "code", "name")}


def _areas_by_id(ids: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    found = Area.objects.filter(pk__in=_known(ids)).order_by()
    return {
        pk: {"level": level_name(level), "code": code, "name": name}
        for pk, level, code, name in found.values_list("pk", "level", "code", "name")
    }


def _classes_by_id(ids: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    found = CaseClass.objects.filter(pk__in=_known(ids)).order_by()
    return {
        pk: {"id": pk, "code": code, "name": name, "kind": kind, "major": major}
        for pk, code, name, kind, major in found.values_list(
            "pk", "full_code", "name", "major__kind", "major__name"
        )
    }


def _known(ids: Iterable[int | None]) -> set[int]:
    return {pk for pk in ids if pk is not None}
