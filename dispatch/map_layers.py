"""What the live map shows besides cases: people on duty, ways of a day, and objects of the registry."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import capfirst
from django.utils.timezone import localtime

from gridgov import clock
from gridgov.geo import X, Y
from grids.map_outlines import View
from grids.models import GridObject, ObjectKind, ObjectType, User
from inspections.permissions import led_areas, watched_areas
from inspections.positions import on_duty_in, walked_in

# Beyond so many objects in a view they are not drawn: the map says to come nearer.
MOST_OBJECTS = 1_500
# Ways that take more characters than this are drawn more coarsely: each point takes a handful.
MOST_OF_WAYS = 60_000
# What one looks for on a map; dwellings stay in the registry.
_SHOWN_KINDS = (
    ObjectKind.RESOURCE,
    ObjectKind.COMPONENT,
    ObjectKind.SITE,
    ObjectKind.PREMISES,
    ObjectKind.BUILDING,
)


def types_on_map() -> list[tuple[str, list[ObjectType]]]:
    """The types of objects that may be switched on, by kind, resources first; of those that exist; one query."""
    there = GridObject.objects.in_use().filter(type=OuterRef("pk"))
    found = list(_types_shown().filter(Exists(there)))
    kinds = [(kind, [each for each in found if each.kind == kind]) for kind in _SHOWN_KINDS]
    return [(capfirst(str(kind.label)), types) for kind, types in kinds if types]


def _types_shown() -> QuerySet[ObjectType]:
    """Private ones have no place on a map that others look at too."""
    shown: QuerySet[ObjectType] = ObjectType.objects.filter(
        is_active=True, kind__in=_SHOWN_KINDS, is_private=False
    )
    return shown


def objects_in(user: User, types: list[str], view: View) -> dict[str, Any]:
    """`objects` of these types in a view: [lat, lon, type's place in `types`, name, code]; `more` where they are too many."""
    there = (
        GridObject.objects.visible_to(user)
        .in_use()
        .filter(type__in=_types_shown().filter(code__in=types), point__within=view.box)
        .order_by()
        .annotate(lat=Y("point"), lon=X("point"))
        .values_list("lat", "lon", "type__code", "name", "code")[: MOST_OBJECTS + 1]
    )
    found = list(there) if types else []
    more = len(found) > MOST_OBJECTS
    return {
        "types": types,
        "more": more,
        "objects": []
        if more
        else [
            [round(lat, 5), round(lon, 5), types.index(kind), name, code]
            for lat, lon, kind, name, code in found
        ],
    }


def people_layer(user: User, view: View) -> dict[str, Any]:
    """`people` on duty in a view: [lat, lon, id, name, minutes since seen]; `unseen` names those never seen yet."""
    now = clock.now()
    found = on_duty_in(watched_areas(user), view.box)
    return {
        "people": [
            [
                round(one.lat, 5),
                round(one.lon, 5),
                one.user_id,
                one.name,
                max(int((now - one.seen_at).total_seconds()) // 60, 0),
            ]
            for one in found
            if one.lat is not None and one.lon is not None and one.seen_at
        ],
        "unseen": [one.name for one in found if one.seen_at is None],
    }


def tracks_layer(user: User, view: View, day: date | None, person: int | None) -> dict[str, Any]:
    """`tracks` of a day in a view: [id, name, from, to, encoded polyline]; none of days longer ago than tracks are kept."""
    today = clock.today()
    day = day or today
    kept = today - timedelta(days=settings.TRACK_KEEP_DAYS) <= day <= today
    areas = led_areas(user)
    tolerance = 360 / (256 * 2**view.zoom) / 2  # half a pixel
    found = walked_in(areas, day, view.box, tolerance=tolerance, person=person) if areas and kept else []
    while sum(len(way.line) for way in found) > MOST_OF_WAYS:
        tolerance *= 4
        found = walked_in(areas, day, view.box, tolerance=tolerance, person=person)
    return {
        "day": day.isoformat(),
        "tracks": [
            [
                way.user_id,
                way.name,
                f"{localtime(way.began):%H:%M}",
                f"{localtime(way.ended):%H:%M}",
                way.line,
            ]
            for way in found
        ],
    }
