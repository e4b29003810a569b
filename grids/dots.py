"""What lies on a map: dots, or counts where dots would cover each other."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from math import floor
from typing import Any

from django.contrib.gis.db.models.functions import SnapToGrid
from django.contrib.gis.geos import Polygon
from django.db.models import Count, Q, QuerySet

from gridgov.geo import X, Y

MOST_DOTS = 2_000
# More dots than these within one place on the screen would cover each other: one count stands for them.
_MOST_TOGETHER = 3
_PLACES_ACROSS = 30
# Nearer than this nothing is counted together (degrees, some ten metres): there is no closer look.
_SMALLEST_PLACE = 0.0001
# Drawn in this order, so that the most urgent lies on top.
_URGENCY = ("none", "green", "yellow", "red")
# A box is cut into so many columns of counts.
_CLUSTERS_ACROSS = 24


def dots_in(
    rows: QuerySet[Any],
    box: Polygon | None,
    dot: Callable[..., Mapping[str, Any]],
    columns: tuple[str, ...],
    *,
    late: Q | None = None,
) -> dict[str, Any]:
    """`dots` (the most urgent last), and `clusters` where too many lie together; one or two queries.

    `dot` makes a row's columns into `light`, `number`, `name`, `left` and `url`; to them comes its place `at` as
    [lat, lon]. Beyond 2,000 rows in a box all are counted, of them those that are `late`.
    """
    inside = rows.filter(point__isnull=False).order_by()
    if box is not None:
        inside = inside.filter(point__within=box)
    found = list(
        inside.annotate(lat=Y("point"), lon=X("point")).values_list("lat", "lon", *columns)[: MOST_DOTS + 1]
    )
    if len(found) > MOST_DOTS:
        return {"dots": [], "clusters": _clusters(inside, box, late)}
    dots = [{"at": [lat, lon], **dot(*rest)} for lat, lon, *rest in found]
    dots.sort(key=lambda each: _URGENCY.index(each["light"]))
    return _counted_together(dots, box)


def _counted_together(dots: list[dict[str, Any]], box: Polygon | None) -> dict[str, Any]:
    """The dots that have room in a box, and counts for those that would cover each other."""
    west, _south, east, _north = box.extent if box is not None else (0, 0, 0, 0)
    size = (east - west) / _PLACES_ACROSS
    if size < _SMALLEST_PLACE:
        return {"dots": dots, "clusters": []}
    places = defaultdict(list)
    for dot in dots:
        lat, lon = dot["at"]
        places[floor(lat / size), floor(lon / size)].append(dot)
    crowds = {place: crowd for place, crowd in places.items() if len(crowd) > _MOST_TOGETHER}
    counted = {dot["number"] for crowd in crowds.values() for dot in crowd}
    return {
        "dots": [dot for dot in dots if dot["number"] not in counted],
        # In the middle of its place, so that no count covers another.
        "clusters": [
            {
                "at": [(row + 0.5) * size, (column + 0.5) * size],
                "count": len(crowd),
                "late": sum(dot["light"] == "red" for dot in crowd),
            }
            for (row, column), crowd in crowds.items()
        ],
    }


def _clusters(rows: QuerySet[Any], box: Polygon | None, late: Q | None) -> list[dict[str, Any]]:
    west, _south, east, _north = box.extent if box is not None else (-180, -90, 180, 90)
    counted = (
        rows.annotate(cell=SnapToGrid("point", (east - west) / _CLUSTERS_ACROSS))
        .values("cell")
        .annotate(count=Count("pk"), late=Count("pk", filter=late or Q(pk=None)))
        .order_by("late")
        .values_list("cell", "count", "late")
    )
    return [{"at": [cell.y, cell.x], "count": count, "late": red} for cell, count, red in counted]
