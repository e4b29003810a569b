"""Where those on duty were last seen, and the ways they walked on a day: what the live map draws of people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

from django.contrib.gis.geos import Point, Polygon
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from gridgov.geo import EndPoint
from grids.models import Area
from inspections.models import Duty, TrackSegment
from inspections.times import beginning_of

MOST_PEOPLE = 800
MOST_TRACKS = 300

_TRACKS = """
    SELECT duty.user_id, COALESCE(NULLIF(person.display_name, ''), person.username), min(segment.started_at), max(segment.ended_at),
        ST_AsEncodedPolyline(ST_Simplify(ST_MakeLine(segment.path ORDER BY segment.started_at), %(tolerance)s, true), 5)
    FROM inspections_tracksegment segment
    JOIN inspections_duty duty ON duty.id = segment.duty_id
    JOIN grids_post post ON post.id = duty.post_id
    JOIN grids_area place ON place.id = post.area_id
    JOIN grids_user person ON person.id = duty.user_id
    WHERE segment.started_at >= %(begins)s AND segment.started_at < %(ends)s
        AND place.path LIKE ANY (%(paths)s) AND segment.path && %(box)s::geometry
        AND (%(person)s::bigint IS NULL OR duty.user_id = %(person)s)
    GROUP BY duty.id, person.id
    ORDER BY duty.user_id, min(segment.started_at)
    LIMIT %(most)s
"""


@dataclass(frozen=True)
class Seen:
    """Somebody on duty: since when, and where and when they were last seen (None before the phone has told)."""

    duty_id: int
    user_id: int
    name: str
    since: datetime
    point: Point | None
    seen_at: datetime | None


@dataclass(frozen=True)
class Walked:
    """The way of one duty on a day: a Google encoded polyline of five decimals."""

    user_id: int
    name: str
    began: datetime
    ended: datetime
    line: str


def duties_now() -> QuerySet[Duty, Any]:
    """The duties that people are on, with where and when they were last seen: `point` and `seen_at`, None before."""
    last = TrackSegment.objects.filter(duty=OuterRef("pk")).order_by("-ended_at")
    return Duty.objects.filter(ended_at=None).annotate(
        seen_at=Subquery(last.values("ended_at")[:1]),
        point=Subquery(last.values(end=EndPoint("path"))[:1]),
    )


def on_duty_in(areas: Iterable[Area], box: Polygon | None = None) -> list[Seen]:
    """Who is on duty with a post in one of these areas, those seen outside the box left out; at most 800, one query."""
    within = reduce(or_, (Q(post__area__path__startswith=area.path) for area in areas), Q(pk__in=[]))
    found = (
        duties_now()
        .filter(within)
        .order_by("user__display_name", "pk")
        .select_related("user")
        .only("user_id", "started_at", "user__display_name", "user__username")
    )
    # Who is in the box is seen here: PostgreSQL would take them for a handful, and join one by one.
    # Its sides are read once: for a thousand people they cost more than the query.
    sides = box.extent if box is not None else None
    inside = (duty for duty in found if sides is None or duty.point is None or _holds(sides, duty.point))
    return [
        Seen(duty.pk, duty.user_id, str(duty.user), duty.started_at, duty.point, duty.seen_at)
        for duty in islice(inside, MOST_PEOPLE)
    ]


def _holds(sides: tuple[float, float, float, float], point: Point) -> bool:
    west, south, east, north = sides
    lon, lat = point.coords
    return bool(west <= lon <= east and south <= lat <= north)


def walked_in(
    areas: Iterable[Area], day: date, box: Polygon, *, tolerance: float, person: int | None
) -> list[Walked]:
    """The ways of a local day that touch the box, of people with a post in these areas; at most 300, one query.

    `tolerance` in degrees is what nobody could see. `person` is a user's id, None for all.
    """
    asked: dict[str, Any] = {
        "begins": beginning_of(day),
        "ends": beginning_of(day + timedelta(days=1)),
        "paths": [f"{area.path}%" for area in areas],
        "box": box.ewkt,
        "tolerance": tolerance,
        "person": person,
        "most": MOST_TRACKS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TRACKS, asked)
        return [
            Walked(user, name, began, ended, line) for user, name, began, ended, line in cursor.fetchall()
        ]
