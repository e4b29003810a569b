"""The outlines that fit one view of a map: as fine as there is room for, and no heavier than a picture."""

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import connection

from grids.models import AreaLevel, AreaVersion

# With more areas in view nobody tells them apart: the level above is shown.
MOST_AREAS = 700
# Web maps: pixels across the world at zoom 0.
_PIXELS = 256
# From this zoom on a metre can be seen: six decimals of a degree instead of five.
_FINE_ZOOM = 17
_FINER = (AreaLevel.GRID, AreaLevel.COMMUNITY, AreaLevel.STREET, AreaLevel.DISTRICT)

# Simplified by half a pixel, so no gap between neighbours is wider than their common line; cut to three times the box,
# so that what is far larger than the view weighs no more than the view. A ring is text: Google's encoded polyline.
_OUTLINES = """
    WITH here AS MATERIALIZED (
        SELECT area_id, outline FROM grids_areaversion
        WHERE valid_to IS NULL AND level = %(level)s AND outline && %(box)s::geometry LIMIT %(most)s
    )
    SELECT area.code, area.name, ST_X(middle), ST_Y(middle), (
        SELECT array_agg(ST_AsEncodedPolyline(ST_ExteriorRing(ring.geom), %(decimals)s) ORDER BY polygon.path, ring.path)
        FROM ST_Dump(seen) polygon CROSS JOIN LATERAL ST_DumpRings(polygon.geom) ring
    )
    FROM here
    JOIN grids_area area ON area.id = here.area_id
    CROSS JOIN LATERAL (
        SELECT ST_CollectionExtract(ST_ClipByBox2D(
            ST_SimplifyPreserveTopology(here.outline, %(tolerance)s), ST_Expand(%(box)s::geometry, %(width)s, %(height)s)
        ), 3) AS seen, ST_PointOnSurface(here.outline) AS middle
    ) drawn
"""


@dataclass(frozen=True)
class View:
    """What a map shows: a box in degrees (WGS-84), how close one looks, and the finest level one asks for."""

    box: Polygon
    zoom: int
    finest: AreaLevel = AreaLevel.GRID


def level_in(view: View) -> AreaLevel:
    """The finest level, no finer than asked for, of which at most `MOST_AREAS` lie in the view; some short looks."""
    for level in _FINER[_FINER.index(view.finest) :]:
        if level == AreaLevel.DISTRICT:
            break
        within = AreaVersion.objects.current().filter(level=level, outline__bboverlaps=view.box)
        if 0 < within.order_by().values("pk")[: MOST_AREAS + 1].count() <= MOST_AREAS:
            return level
    return AreaLevel.DISTRICT


def areas_in(view: View, level: AreaLevel) -> list[int]:
    """The ids of the areas of a level whose box touches the view."""
    found = AreaVersion.objects.current().filter(level=level, outline__bboverlaps=view.box)
    return list(found.order_by().values_list("area_id", flat=True)[:MOST_AREAS])


def outlines_in(view: View, level: AreaLevel) -> dict[str, Any]:
    """The current outlines of a level in a view: `areas` of [code, name, [lat, lon], rings], a ring an encoded polyline.

    `decimals` is what its numbers are to be divided by, as a power of ten. At most `MOST_AREAS`, by code.
    """
    west, south, east, north = view.box.extent
    decimals = 6 if view.zoom >= _FINE_ZOOM else 5
    asked = {
        "box": view.box.ewkt,
        "width": east - west,
        "height": north - south,
        "tolerance": 360 / (_PIXELS * 2**view.zoom) / 2,
        "level": level,
        "decimals": decimals,
        "most": MOST_AREAS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OUTLINES, asked)
        areas = [
            [code, name, [round(lat, decimals), round(lon, decimals)], rings]
            for code, name, lon, lat, rings in cursor.fetchall()
            if rings
        ]
    return {"level": int(level), "decimals": decimals, "areas": areas}
