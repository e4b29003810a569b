"""Where something is, and how far away."""

from django.contrib.gis.db.models import GeometryField, PointField
from django.contrib.gis.db.models.functions import GeoFunc
from django.contrib.gis.geos import Point
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
