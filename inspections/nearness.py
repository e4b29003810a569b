"""Where something is, and how far away."""

from math import cos, hypot, radians

from django.contrib.gis.db.models import GeometryField, PointField
from django.contrib.gis.db.models.functions import GeoFunc
from django.contrib.gis.geos import Point, Polygon
from django.db.models import FloatField, Func, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from grids.models import AreaVersion


class _SomewhereInside(GeoFunc):
    function = "ST_PointOnSurface"
    output_field = GeometryField(srid=4326)


def task_place() -> Coalesce:
    """Where a task is to be done: at its object, at its case, or somewhere inside its area."""
    inside = AreaVersion.objects.filter(area=OuterRef("area"), valid_to=None).values(
        somewhere=_SomewhereInside("outline")
    )
    return Coalesce(
        "object__point", "case__point", Subquery(inside[:1]), output_field=GeometryField(srid=4326)
    )


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


def metres_between(one: Point, other: Point) -> float:
    """The distance of two places that are not far apart, without asking the database."""
    east = (one.x - other.x) * 111_320 * cos(radians((one.y + other.y) / 2))
    return hypot(east, (one.y - other.y) * 110_574)


def box_around(point: Point, reach_m: float) -> Polygon:
    """A box that holds the circle around a point, for the index on places."""
    north = reach_m / 110_000
    east = north / max(cos(radians(point.y)), 0.01)
    box = Polygon.from_bbox((point.x - east, point.y - north, point.x + east, point.y + north))
    box.srid = 4326
    return box
