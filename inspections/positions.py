"""Where those on duty were last seen, and the ways they walked on a day: what the live map draws of people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

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


# Numbers rather than points: of a thousand people, making points takes longer than finding them.
_ON_DUTY = """
    SELECT duty.user_id, COALESCE(NULLIF(person.display_name, ''), person.username), last.ended_at,
        ST_X(ST_EndPoint(last.path)), ST_Y(ST_EndPoint(last.path))
    FROM inspections_duty duty
    JOIN grids_post post ON post.id = duty.post_id
    JOIN grids_area place ON place.id = post.area_id
    JOIN grids_user person ON person.id = duty.user_id
    LEFT JOIN LATERAL (
        SELECT segment.ended_at, segment.path FROM inspections_tracksegment segment
        WHERE segment.duty_id = duty.id ORDER BY segment.ended_at DESC LIMIT 1
    ) last ON true
    WHERE duty.ended_at IS NULL AND place.path LIKE ANY (%(paths)s)
    ORDER BY person.display_name, duty.id
"""
_EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Seen:
    """Somebody on duty, and when and where they were last seen (WGS-84; None before the phone has told)."""

    user_id: int
    name: str
    seen_at: datetime | None
    lon: float | None
    lat: float | None


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
    with connection.cursor() as cursor:
        cursor.execute(_ON_DUTY, {"paths": [f"{area.path}%" for area in areas]})
        found = [Seen(*row) for row in cursor.fetchall()]
    # Who is in the box is seen here: PostgreSQL would take them for a handful, and join one by one.
    sides = box.extent if box is not None else _EVERYWHERE
    return list(islice((one for one in found if one.lon is None or _holds(sides, one)), MOST_PEOPLE))


def _holds(sides: tuple[float, float, float, float], one: Seen) -> bool:
    west, south, east, north = sides
    return (
        one.lon is not None and one.lat is not None and west <= one.lon <= east and south <= one.lat <= north
    )


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
