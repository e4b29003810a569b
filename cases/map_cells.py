"""Cases that would cover each other on a map, counted together: one grouped query for any view."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import Aggregate, Count, F, Max, Min, Q, Sum, Value
from django.db.models.functions import Floor

from cases.models.case import CaseQuerySet
from gridgov.geo import X, Y
from grids.map_outlines import View

# On the screen: nearer than this, cases are counted together.
CELL_PX = 52
# More cells than these in a view would be heavier than it is worth: they grow.
MOST_CELLS = 700
# A cell shows so many cases as dots; more are a count.
MOST_DOTS = 2
# Up to this zoom the whole of what somebody sees is counted at once and kept, for all who see the same; nearer, the box is.
WHOLE_ZOOM = 12
_WORLD_PX = 256


@dataclass(frozen=True)
class Cell:
    """Cases that would cover each other: where their middle is, how many, what else was counted, and two of them."""

    column: int
    row: int
    lat: float
    lon: float
    count: int
    more: tuple[int, ...]
    first: int
    last: int


@dataclass(frozen=True)
class Counted:
    """The cells of some cases, and area's id → [count, *more] by the areas of a level."""

    cells: list[Cell]
    areas: dict[int, list[int]]


def cell_size(view: View) -> float:
    """Degrees of a cell: some pixels of the zoom, doubled until a view has not too many."""
    west, south, east, north = view.box.extent
    size: float = CELL_PX * 360 / (_WORLD_PX * 2**view.zoom)
    while math.ceil((east - west) / size) * math.ceil((north - south) / size) > MOST_CELLS:
        size *= 2
    return size


def count_cells(cases: CaseQuerySet, size: float, area_field: str, more: Sequence[Aggregate] = ()) -> Counted:
    """The cells of these cases with `more` counted in each, and the same by their areas; one query for both."""
    named = {f"more_{index}": each for index, each in enumerate(more)}
    sums = ("lats", "lons", "count", *named)
    found = (
        cases.order_by()
        .annotate(lon=X("point"), lat=Y("point"))
        .annotate(column=Floor(F("lon") / Value(size)), row=Floor(F("lat") / Value(size)))
        .values("column", "row", area_field)
        .annotate(
            lats=Sum("lat"), lons=Sum("lon"), count=Count("pk"), first=Min("pk"), last=Max("pk"), **named
        )
        .values_list("column", "row", area_field, "first", "last", *sums)
    )
    cells: dict[tuple[int, int], list[Any]] = {}
    areas: dict[int, list[int]] = defaultdict(lambda: [0] * (1 + len(named)))
    for column, row, area, first, last, *summed in found:
        if area is not None:
            areas[area] = [one + other for one, other in zip(areas[area], summed[2:], strict=True)]
        if column is None:  # a case without a place
            continue
        cell = cells.setdefault((int(column), int(row)), [first, last, *([0] * len(summed))])
        cell[:2] = min(cell[0], first), max(cell[1], last)
        cell[2:] = [one + other for one, other in zip(cell[2:], summed, strict=True)]
    return Counted(
        [
            Cell(column, row, lats / count, lons / count, count, tuple(rest), first, last)
            for (column, row), (first, last, lats, lons, count, *rest) in cells.items()
        ],
        dict(areas),
    )


def touches(cell: Cell, box: Polygon, size: float) -> bool:
    """Whether any of a cell lies in the box."""
    west, south, east, north = box.extent
    return (
        west <= (cell.column + 1) * size
        and cell.column * size <= east
        and south <= (cell.row + 1) * size
        and cell.row * size <= north
    )


def count_in_view(
    cases: CaseQuerySet, cells: list[Cell], box: Polygon, size: float, more: Sequence[Aggregate] = ()
) -> list[int]:
    """[count, *more] of what lies in the box: that of whole cells, and the rim counted in one query.

    `more` are the first ones of those that the cells were counted with.
    """
    west, south, east, north = box.extent
    left, right = math.ceil(west / size), math.floor(east / size)
    below, above = math.ceil(south / size), math.floor(north / size)
    if left >= right or below >= above:
        whole, rim = [], [(west, south, east, north)]
    else:
        whole = [cell for cell in cells if left <= cell.column < right and below <= cell.row < above]
        rim = [
            (west, south, left * size, north),
            (right * size, south, east, north),
            (left * size, south, right * size, below * size),
            (left * size, above * size, right * size, north),
        ]
    there = reduce(or_, (Q(point__within=Polygon.from_bbox(strip)) for strip in rim))
    named = {f"more_{index}": each for index, each in enumerate(more)}
    found = cases.filter(there).order_by().aggregate(count=Count("pk"), **named)
    numbers = [found[name] for name in ("count", *named)]
    for cell in whole:
        for index, number in zip(range(len(numbers)), (cell.count, *cell.more), strict=False):
            numbers[index] += number
    return numbers


def placed(cell: Cell, size: float) -> tuple[float, float]:
    """Between where its cases are and the middle of its cell, so that no count covers another; (lat, lon)."""
    lat = (cell.lat + (cell.row + 0.5) * size) / 2
    lon = (cell.lon + (cell.column + 0.5) * size) / 2
    return round(lat, 5), round(lon, 5)
