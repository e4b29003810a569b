"""Open cases as a map shows them: dots by light, or counts where dots would cover each other."""

from typing import Any

from django.contrib.gis.db.models.functions import SnapToGrid
from django.contrib.gis.geos import Polygon
from django.db.models import Count, FloatField, Func, QuerySet
from django.urls import reverse

from cases.models import Case
from gridgov.templatetags.ui import light_colour, time_left

MOST_DOTS = 2_000
# A box is cut into so many columns of counts.
_CLUSTERS_ACROSS = 24


class _X(Func):
    function, output_field = "ST_X", FloatField()


class _Y(Func):
    function, output_field = "ST_Y", FloatField()


def dots_in(cases: QuerySet[Case], box: Polygon | None) -> dict[str, Any]:
    """`dots` (at most 2,000) or, beyond that, `clusters` of the cases in a box; one or two queries.

    Each with its place `at` as [lat, lon].
    """
    inside = cases.filter(point__isnull=False).order_by()
    if box is not None:
        inside = inside.filter(point__within=box)
    found = list(
        inside.annotate(lat=_Y("point"), lon=_X("point")).values_list(
            "lat", "lon", "stage_due_at", "stage_warn_at", "number", "case_class__name"
        )[: MOST_DOTS + 1]
    )
    if len(found) > MOST_DOTS:
        return {"clusters": _clusters(inside, box)}
    return {
        "dots": [
            {
                "at": [lat, lon],
                "light": light_colour(due, warn),
                "number": number,
                "name": name or "",
                "left": time_left(due),
                "url": reverse("cases:case_detail", args=[number]),
            }
            for lat, lon, due, warn, number, name in found
        ]
    }


def _clusters(cases: QuerySet[Case], box: Polygon | None) -> list[dict[str, Any]]:
    west, _south, east, _north = box.extent if box is not None else (-180, -90, 180, 90)
    cell = (east - west) / _CLUSTERS_ACROSS
    rows = (
        cases.annotate(cell=SnapToGrid("point", cell))
        .values("cell")
        .annotate(count=Count("pk"))
        .values_list("cell", "count")
    )
    return [{"at": [cell.y, cell.x], "count": count} for cell, count in rows]
