"""How far away something is."""

from math import cos, radians

from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import Point, Polygon
from django.db.models import FloatField, Func, Value
from django.db.models.functions import Cast


def metres_to(point: Point, field: str = "point") -> Func:
    """The distance on the spheroid that PostGIS orders by (KNN)."""
    on_earth = PointField(geography=True, srid=4326)
    here = Cast(Value(point, output_field=PointField(srid=4326)), on_earth)
    return Func(
        Cast(field, on_earth),
        here,
        template="(%(expressions)s)",
        arg_joiner=" <-> ",
        output_field=FloatField(),
    )


def box_around(point: Point, reach_m: float) -> Polygon:
    """A box that holds the circle around a point, for the index on places."""
    north = reach_m / 110_000
    east = north / max(cos(radians(point.y)), 0.01)
    box = Polygon.from_bbox((point.x - east, point.y - north, point.x + east, point.y + north))
    box.srid = 4326
    return box
