"""What the live map shows: open cases as dots and counts, and how the areas in view stand."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from hashlib import sha256
from operator import or_
from typing import Any, Literal

from django.contrib.gis.geos import Polygon
from django.db.models import Count, F, Max, Min, Q, Sum, Value
from django.db.models.functions import Floor

from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.permissions import AREA_FIELD, ways_to_see
from cases.workflow import TIMED, Status
from gridgov import clock
from gridgov.geo import X, Y
from gridgov.shared import shared
from grids.map_outlines import View, areas_in, level_in
from grids.models import Area, AreaLevel, User

# On the screen: nearer than this, cases are counted together.
CELL_PX = 52
# More cells than these in a view would be heavier than it is worth: they grow.
MOST_CELLS = 700
# A cell shows so many cases as dots; more are a count.
MOST_DOTS = 2
# Up to this zoom the whole of what a person sees is counted at once and kept, for all who see the same; nearer, the box is.
WHOLE_ZOOM = 12
# No longer than that, so that a case stands on every map within the second however many look.
KEPT_S = 0.4
_WORLD_PX = 256

Light = Literal["green", "yellow", "red", "stopped", "none"]
LIGHTS: tuple[Light, ...] = ("none", "green", "yellow", "red", "stopped")


@dataclass(frozen=True)
class Scope:
    """The open cases of one map: `key` is the same for all who see the same cases narrowed in the same way."""

    cases: CaseQuerySet = field(repr=False)
    key: str


@dataclass(frozen=True)
class Cell:
    """Cases that would cover each other: where their middle is, how many, of them overdue, due soon and emergencies."""

    column: int
    row: int
    lat: float
    lon: float
    count: int
    late: int
    soon: int
    emergencies: int
    first: int
    last: int


def scope_of(user: User) -> tuple[CaseQuerySet, str]:
    """The open cases the person sees, and a word for whoever sees the very same; at most one query.

    Who sees areas or units shares them with colleagues, unless they have reported something open elsewhere.
    """
    reported, *shared_ways = ways_to_see(user)
    opened = Case.objects.open()
    if user.is_superuser:
        return opened, "all"
    if not shared_ways:
        return opened.filter(reported), f"user-{user.pk}"
    ours = reduce(or_, shared_ways)
    if opened.filter(reported).exclude(ours).exists():
        return opened.filter(reported | ours), f"user-{user.pk}"
    return opened.filter(ours), str(ours)


def scope_key(seen: str, filters: str) -> str:
    return sha256(f"{seen}?{filters}".encode()).hexdigest()[:32]


def cases_in(scope: Scope, view: View, around: Polygon) -> dict[str, Any]:
    """The open cases of a view and how its areas stand, in a shape made small; a bounded number of queries.

    `cells` are [lat, lon, count, overdue, due soon, emergencies], `dots` [lat, lon, light, number, name, due in seconds
    since 1970 or null, 1 for an emergency else 0] with the light's place in `LIGHTS` and the name's in `names`; `areas` code → [open, overdue] of the `level` that
    `grids.map_outlines.level_in` finds around the view. `again` says in how many seconds there may be something new.
    """
    size = _cell_size(view)
    shown = View(around, view.zoom, view.finest)
    level = level_in(shown)
    ids = areas_in(shown, level)
    if view.zoom <= WHOLE_ZOOM:
        whole = shared(
            f"map:{scope.key}:{size:.9f}:{int(level)}", KEPT_S, lambda: _counted(scope.cases, size, level)
        )
        (cells, counts), lasts = whole.answer, whole.lasts
        cells = [cell for cell in cells if _touches(cell, view.box, size)]
        total, late = _in_view(scope.cases, cells, view.box, size)
    else:
        cells, _ = _counted(scope.cases.filter(point__within=view.box), size, level)
        counts, lasts = count_by(scope.cases.filter(**{f"{AREA_FIELD[level]}__in": ids}), level), 0
        total, late = sum(cell.count for cell in cells), sum(cell.late for cell in cells)
    codes = (
        Area.objects.filter(pk__in=[pk for pk in ids if pk in counts]).order_by().values_list("pk", "code")
    )
    dots, names = _dots({pk for cell in cells if cell.count <= MOST_DOTS for pk in (cell.first, cell.last)})
    return {
        "level": int(level),
        "areas": {code: counts[pk] for pk, code in codes},
        "cells": [_placed(cell, size) for cell in cells if cell.count > MOST_DOTS],
        "dots": dots,
        "names": names,
        "total": total,
        "late": late,
        "again": round(lasts, 2) if 0 < lasts < KEPT_S else 0,
    }


def _cell_size(view: View) -> float:
    """Degrees of a cell: some pixels of the zoom, doubled until a view has not too many."""
    west, south, east, north = view.box.extent
    size: float = CELL_PX * 360 / (_WORLD_PX * 2**view.zoom)
    while math.ceil((east - west) / size) * math.ceil((north - south) / size) > MOST_CELLS:
        size *= 2
    return size


def _counted(cases: CaseQuerySet, size: float, level: AreaLevel) -> tuple[list[Cell], dict[int, list[int]]]:
    """The cells of these cases, and area's id → [open, overdue] by their areas of a level; one query for both."""
    area_field = AREA_FIELD[level]
    now = clock.now()
    running = Q(status__in=TIMED)
    found = (
        cases.order_by()
        .annotate(lon=X("point"), lat=Y("point"))
        .annotate(column=Floor(F("lon") / Value(size)), row=Floor(F("lat") / Value(size)))
        .values("column", "row", area_field)
        .annotate(
            lats=Sum("lat"),
            lons=Sum("lon"),
            count=Count("pk"),
            late=Count("pk", filter=running & Q(stage_due_at__lte=now)),
            soon=Count("pk", filter=running & Q(stage_due_at__gt=now, stage_warn_at__lte=now)),
            emergencies=Count("pk", filter=Q(emergency_at__isnull=False)),
            first=Min("pk"),
            last=Max("pk"),
        )
        .values_list(
            "column",
            "row",
            area_field,
            "lats",
            "lons",
            "count",
            "late",
            "soon",
            "emergencies",
            "first",
            "last",
        )
    )
    cells: dict[tuple[int, int], list[Any]] = {}
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for column, row, area, lats, lons, count, late, soon, emergencies, first, last in found:
        if area is not None:
            counts[area][0] += count
            counts[area][1] += late
        if column is None:  # a case without a place
            continue
        cell = cells.setdefault((int(column), int(row)), [0.0, 0.0, 0, 0, 0, 0, first, last])
        for index, more in enumerate((lats, lons, count, late, soon, emergencies)):
            cell[index] += more
        cell[6:] = min(cell[6], first), max(cell[7], last)
    return [
        Cell(column, row, lats / count, lons / count, count, late, soon, emergencies, first, last)
        for (column, row), (lats, lons, count, late, soon, emergencies, first, last) in cells.items()
    ], dict(counts)


def _touches(cell: Cell, box: Polygon, size: float) -> bool:
    west, south, east, north = box.extent
    return (
        west <= (cell.column + 1) * size
        and cell.column * size <= east
        and south <= (cell.row + 1) * size
        and cell.row * size <= north
    )


def _in_view(cases: CaseQuerySet, cells: list[Cell], box: Polygon, size: float) -> tuple[int, int]:
    """How many cases lie in the box, and overdue ones: those of whole cells, and the rim counted in one query."""
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
    overdue = Count("pk", filter=Q(status__in=TIMED, stage_due_at__lte=clock.now()))
    found = cases.filter(there).order_by().aggregate(total=Count("pk"), late=overdue)
    return (
        sum(cell.count for cell in whole) + found["total"],
        sum(cell.late for cell in whole) + found["late"],
    )


def _placed(cell: Cell, size: float) -> list[float | int]:
    """Between where its cases are and the middle of its cell, so that no count covers another."""
    lat = (cell.lat + (cell.row + 0.5) * size) / 2
    lon = (cell.lon + (cell.column + 0.5) * size) / 2
    return [round(lat, 5), round(lon, 5), cell.count, cell.late, cell.soon, cell.emergencies]


def _dots(ids: set[int]) -> tuple[list[list[Any]], list[str]]:
    """The cases as the map draws them, the most urgent last, emergencies on top."""
    names: dict[str, int] = {}
    dots: list[list[Any]] = []
    found = Case.objects.filter(pk__in=ids).order_by()
    for lat, lon, status, due, warn, number, name, emergency_at in found.annotate(
        lat=Y("point"), lon=X("point")
    ).values_list(
        "lat", "lon", "status", "stage_due_at", "stage_warn_at", "number", "case_class__name", "emergency_at"
    ):
        light = light_of(status, due, warn)
        seconds = int(due.timestamp()) if due else None
        dots.append(
            [
                round(lat, 5),
                round(lon, 5),
                LIGHTS.index(light),
                number,
                names.setdefault(name or "", len(names)),
                seconds,
                int(emergency_at is not None),
            ]
        )
    dots.sort(key=lambda dot: (dot[6], dot[2] if LIGHTS[dot[2]] != "stopped" else 0))
    return dots, list(names)


def light_of(status: str, due: datetime | None, warn: datetime | None) -> Light:
    """The light of an open case now; the rule of the `light` tag."""
    now = clock.now()
    if status == Status.SUSPENDED:
        return "stopped"
    if due is None:
        return "none"
    if due <= now:
        return "red"
    return "yellow" if warn and warn <= now else "green"


def count_by(cases: CaseQuerySet, level: AreaLevel) -> dict[int, list[int]]:
    """Area's id → (open, overdue) of these open cases, by their area of a level; one query."""
    field = AREA_FIELD[level]
    late = Count("pk", filter=Q(status__in=TIMED, stage_due_at__lte=clock.now()))
    found = (
        cases.filter(**{f"{field}__isnull": False})
        .order_by()
        .values(field)
        .annotate(n=Count("pk"), late=late)
    )
    return {pk: [number, overdue] for pk, number, overdue in found.values_list(field, "n", "late")}
