"""What the live map shows: open cases as dots and counts, and how the areas in view stand."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from hashlib import sha256
from operator import or_
from typing import Any, Literal

from django.contrib.gis.geos import Polygon
from django.db.models import Count, Q

from cases.map_cells import (
    MOST_DOTS,
    WHOLE_ZOOM,
    Counted,
    cell_size,
    count_cells,
    count_in_view,
    placed,
    touches,
)
from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.permissions import AREA_FIELD, ways_to_see
from cases.workflow import TIMED, Status
from gridgov import clock
from gridgov.geo import X, Y
from gridgov.shared import shared
from grids.map_outlines import View, areas_in, level_in
from grids.models import Area, AreaLevel, User

# No longer than that, so that a case stands on every map within the second however many look.
KEPT_S = 0.4

Light = Literal["green", "yellow", "red", "stopped", "none"]
_EMERGENCIES = Count("pk", filter=Q(emergency_at__isnull=False))
LIGHTS: tuple[Light, ...] = ("none", "green", "yellow", "red", "stopped")


@dataclass(frozen=True)
class Scope:
    """The open cases of one map: `key` is the same for all who see the same cases narrowed in the same way."""

    cases: CaseQuerySet = field(repr=False)
    key: str


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
    size = cell_size(view)
    shown = View(around, view.zoom, view.finest)
    level = level_in(shown)
    ids = areas_in(shown, level)
    if view.zoom <= WHOLE_ZOOM:
        whole = shared(
            f"map:{scope.key}:{size:.9f}:{int(level)}", KEPT_S, lambda: _counted(scope.cases, size, level)
        )
        counts, lasts = whole.answer.areas, whole.lasts
        cells = [cell for cell in whole.answer.cells if touches(cell, view.box, size)]
        total, late = count_in_view(scope.cases, cells, view.box, size, [_late()])
    else:
        cells = _counted(scope.cases.filter(point__within=view.box), size, level).cells
        counts, lasts = count_by(scope.cases.filter(**{f"{AREA_FIELD[level]}__in": ids}), level), 0
        total, late = sum(cell.count for cell in cells), sum(cell.more[0] for cell in cells)
    codes = (
        Area.objects.filter(pk__in=[pk for pk in ids if pk in counts]).order_by().values_list("pk", "code")
    )
    dots, names = _dots({pk for cell in cells if cell.count <= MOST_DOTS for pk in (cell.first, cell.last)})
    return {
        "level": int(level),
        "areas": {code: counts[pk] for pk, code in codes},
        "cells": [[*placed(cell, size), cell.count, *cell.more] for cell in cells if cell.count > MOST_DOTS],
        "dots": dots,
        "names": names,
        "total": total,
        "late": late,
        "again": round(lasts, 2) if 0 < lasts < KEPT_S else 0,
    }


def _counted(cases: CaseQuerySet, size: float, level: AreaLevel) -> Counted:
    """With how many are overdue, due soon and emergencies; area's id → [open, overdue]."""
    counted = count_cells(cases, size, AREA_FIELD[level], [_late(), _soon(), _EMERGENCIES])
    return Counted(counted.cells, {pk: numbers[:2] for pk, numbers in counted.areas.items()})


def _late() -> Count:
    return Count("pk", filter=Q(status__in=TIMED, stage_due_at__lte=clock.now()))


def _soon() -> Count:
    now = clock.now()
    return Count("pk", filter=Q(status__in=TIMED, stage_due_at__gt=now, stage_warn_at__lte=now))


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
    found = (
        cases.filter(**{f"{field}__isnull": False})
        .order_by()
        .values(field)
        .annotate(n=Count("pk"), late=_late())
    )
    return {pk: [number, overdue] for pk, number, overdue in found.values_list(field, "n", "late")}
