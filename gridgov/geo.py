"""Places in degrees and metres: what a query reads of a point, and how far apart two of them are."""

from math import cos, hypot, radians
from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import Point, Polygon
from django.db.models import FloatField, Func

# Of a degree on a meridian at the equator, where it is shortest; and of one along the equator.
_NORTH_M = 110_574
_EAST_M = 111_320


class X(Func):
    """The longitude of a point, read in the database, where it costs nothing."""

    function, output_field = "ST_X", FloatField()


class Y(Func):
    """Its latitude."""

    function, output_field = "ST_Y", FloatField()


class EndPoint(Func):
    """Where a line ends."""

    function = "ST_EndPoint"
    output_field: Any = PointField(srid=4326)


def metres_between(one: Point, other: Point) -> float:
    """The distance of two places some kilometres apart, without asking the database."""
    east = (one.x - other.x) * _EAST_M * cos(radians((one.y + other.y) / 2))
    return hypot(east, (one.y - other.y) * _NORTH_M)


def box_around(point: Point, metres: float) -> Polygon:
    """A box that holds the circle around a point (EPSG:4326), for the index on places."""
    north = metres / _NORTH_M
    east = north / max(cos(radians(point.y)), 0.01)
    box = Polygon.from_bbox((point.x - east, point.y - north, point.x + east, point.y + north))
    box.srid = 4326
    return box
