"""What lies in a circle: objects, resources, staff on duty and open cases, the nearest first, each list bounded."""

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery

from cases.models import Case
from grids.models import AreaLevel, AreaVersion, GridObject, ObjectKind, User
from inspections.models import Duty, TrackSegment
from inspections.nearness import box_around

MOST_SHOWN = 60


@dataclass(frozen=True)
class Circle:
    """A place and a radius in metres."""

    centre: Point
    radius_m: int


@dataclass(frozen=True)
class Around:
    """Some rows, the nearest first, each with its `distance` (`.m`); `more` beyond those shown."""

    rows: list[Any]
    more: bool = False


@dataclass(frozen=True)
class Surroundings:
    resources: Around
    staff: Around
    cases: Around
    objects: Around


NOTHING = Surroundings(Around([]), Around([]), Around([]), Around([]))


def surroundings_of(user: User, circle: Circle, district_id: int) -> Surroundings:
    """Objects and cases as far as the person may see them, and everybody on duty there, whoever asks; four queries.

    Residents are in none of the lists.
    """
    objects = GridObject.objects.visible_to(user).in_use().select_related("type", "area")
    resource = Q(type__kind=ObjectKind.RESOURCE)
    cases = Case.objects.visible_to(user).open().select_related("case_class", "unit", "holder")
    return Surroundings(
        resources=_nearest(objects.filter(resource), circle),
        staff=_first(on_duty_in(circle, district_id)),
        cases=_nearest(cases, circle),
        objects=_nearest(objects.exclude(resource), circle),
    )


def on_duty_in(circle: Circle, district_id: int) -> QuerySet[Duty, Any]:
    """Who is on duty and was last seen inside, the nearest first: `place`, `seen_at`, `distance`."""
    last = TrackSegment.objects.filter(duty=OuterRef("pk")).order_by("-ended_at")
    ended: Any = last.annotate(end=_EndPoint(F("path")))
    return (
        Duty.objects.filter(ended_at=None, district=district_id)
        .annotate(
            place=Subquery(ended.values("end")[:1], output_field=PointField(srid=4326)),
            seen_at=Subquery(last.values("ended_at")[:1]),
        )
        .filter(place__within=box_around(circle.centre, circle.radius_m))
        .annotate(distance=Distance("place", circle.centre))
        .filter(distance__lte=D(m=circle.radius_m))
        .select_related("user", "post__area")
        .order_by("distance", "pk")
    )


def areas_touching(circle: Circle) -> list[int]:
    """Ids of the grids and communities that the circle touches; the box is what the index of outlines finds."""
    return list(
        AreaVersion.objects.current()
        .filter(
            level__gte=AreaLevel.COMMUNITY,
            outline__bboverlaps=box_around(circle.centre, circle.radius_m),
        )
        .annotate(distance=Distance("outline", circle.centre))
        .filter(distance__lte=D(m=circle.radius_m))
        .order_by()
        .values_list("area_id", flat=True)
    )


class _EndPoint(Func):
    function = "ST_EndPoint"
    output_field = PointField(srid=4326)


def _nearest(rows: QuerySet[Any], circle: Circle) -> Around:
    """The nearest rows inside: the box goes through the index on places, the circle is measured on the sphere."""
    return _first(
        rows.filter(point__within=box_around(circle.centre, circle.radius_m))
        .annotate(distance=Distance("point", circle.centre))
        .filter(distance__lte=D(m=circle.radius_m))
        .order_by("distance", "pk")
    )


def _first(rows: QuerySet[Any, Any]) -> Around:
    found = list(rows[: MOST_SHOWN + 1])
    return Around(found[:MOST_SHOWN], len(found) > MOST_SHOWN)
