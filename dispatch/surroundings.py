"""What lies in a circle: objects, resources, staff on duty and open cases, the nearest first, each list bounded."""

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import Q, QuerySet

from cases.models import Case
from gridgov.geo import box_around
from grids.models import AreaLevel, AreaVersion, GridObject, ObjectKind, User
from inspections.models import Duty
from inspections.positions import duties_now

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
        resources=_first(_inside(objects.filter(resource), circle)),
        staff=_first(on_duty_in(circle, district_id)),
        cases=_first(_inside(cases, circle)),
        objects=_first(_inside(objects.exclude(resource), circle)),
    )


def on_duty_in(circle: Circle, district_id: int) -> QuerySet[Duty, Any]:
    """Who is on duty and was last seen inside, the nearest first: `point`, `seen_at`, `distance`."""
    return _inside(duties_now().filter(district=district_id).select_related("user", "post__area"), circle)


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


def _inside(rows: QuerySet[Any, Any], circle: Circle) -> QuerySet[Any, Any]:
    """The rows inside, the nearest first: the box goes through the index on places, the circle is measured on the sphere."""
    found: QuerySet[Any, Any] = (
        rows.filter(point__within=box_around(circle.centre, circle.radius_m))
        .annotate(distance=Distance("point", circle.centre))
        .filter(distance__lte=D(m=circle.radius_m))
        .order_by("distance", "pk")
    )
    return found


def _first(rows: QuerySet[Any, Any]) -> Around:
    found = list(rows[: MOST_SHOWN + 1])
    return Around(found[:MOST_SHOWN], len(found) > MOST_SHOWN)
