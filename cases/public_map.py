"""The map for strangers: dots and counts of the cases that show their place, and how many each street has of the others."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count

from cases.course import STANDS
from cases.map_cells import MOST_DOTS, WHOLE_ZOOM, cell_size, count_cells, placed, touches
from cases.models.case import CaseQuerySet
from cases.public_filters import AT_PLACE
from gridgov.geo import X, Y
from gridgov.shared import shared
from grids.map_outlines import View
from grids.models import AreaLevel

# Everybody sees the same, and nobody waits for the second.
KEPT_S = 30
# Where a street's own count stands: the same place whatever lies in it.
_ANCHORS = """
    SELECT area_id, area.code, area.name, ST_Y(middle), ST_X(middle)
    FROM grids_areaversion version JOIN grids_area area ON area.id = area_id
    CROSS JOIN LATERAL ST_PointOnSurface(outline) middle
    WHERE version.level = %s AND valid_to IS NULL
"""


@dataclass(frozen=True)
class PublicScope:
    """The cases of one map for strangers; `key` is the same for all who narrow them in the same way."""

    cases: CaseQuerySet = field(repr=False)
    key: str


def public_map(scope: PublicScope, view: View) -> dict[str, Any]:
    """What strangers see of a view: at most four queries, none of the first three for what was asked for lately.

    `cells` are [lat, lon, count], `dots` [lat, lon, number, class's place in `names`, status], `streets` [lat, lon,
    count, code, name] of the cases whose street alone is told, at one place for each street.
    """
    at_place = scope.cases.filter(AT_PLACE)
    size = cell_size(view)
    if view.zoom <= WHOLE_ZOOM:
        found = shared(
            f"open:{scope.key}:{size:.9f}", KEPT_S, lambda: count_cells(at_place, size, "district_id").cells
        ).answer
        cells = [cell for cell in found if touches(cell, view.box, size)]
    else:
        cells = count_cells(at_place.filter(point__within=view.box), size, "district_id").cells
    few = {pk for cell in cells if cell.count <= MOST_DOTS for pk in (cell.first, cell.last)}
    dots, names = _dots(at_place, few)
    return {
        "cells": [[*placed(cell, size), cell.count] for cell in cells if cell.count > MOST_DOTS],
        "dots": dots,
        "names": names,
        "streets": _streets(scope, view),
    }


def _dots(cases: CaseQuerySet, ids: set[int]) -> tuple[list[list[Any]], list[str]]:
    names: dict[str, int] = {}
    found = cases.filter(pk__in=ids).order_by("pk").annotate(lat=Y("point"), lon=X("point"))
    dots = [
        [round(lat, 5), round(lon, 5), number, names.setdefault(name, len(names)), str(STANDS[status])]
        for lat, lon, number, name, status in found.values_list(
            "lat", "lon", "number", "case_class__name", "status"
        )
    ]
    return dots, list(names)


def _streets(scope: PublicScope, view: View) -> list[list[Any]]:
    counts = shared(f"open:streets:{scope.key}", KEPT_S, lambda: _by_street(scope.cases)).answer
    if not counts:
        return []
    west, south, east, north = view.box.extent
    anchors = shared("open:anchors", KEPT_S, _anchors).answer
    return [
        [round(lat, 5), round(lon, 5), counts[pk], code, name]
        for pk, code, name, lat, lon in anchors
        if pk in counts and south <= lat <= north and west <= lon <= east
    ]


def _by_street(cases: CaseQuerySet) -> dict[int, int]:
    """Street's id → how many of its cases show no more than that."""
    found = cases.exclude(AT_PLACE).filter(street__isnull=False).order_by().values("street_id")
    return dict(found.annotate(n=Count("pk")).values_list("street_id", "n"))


def _anchors() -> list[tuple[int, str, str, float, float]]:
    with connection.cursor() as cursor:
        cursor.execute(_ANCHORS, [AreaLevel.STREET])
        return list(cursor.fetchall())
