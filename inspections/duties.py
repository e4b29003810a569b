"""Who is on duty, and what they walked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.gis.db.models.functions import Length
from django.db.models import Q
from django.utils.timezone import localtime

from gridgov import clock
from grids.models import User
from inspections.models import Duty, TrackSegment
from inspections.times import beginning_of

MARK_EVERY = timedelta(minutes=30)


@dataclass(frozen=True)
class DayOut:
    """One person's day on duty: its duties, how long and how far."""

    duties: list[Duty]
    minutes: int
    metres: float
    # GeoJSON of the way walked; None where nobody walked.
    path: dict[str, Any] | None
    segments: Sequence[TrackSegment] = ()

    @property
    def km(self) -> float:
        return self.metres / 1000


def duty_of(user: User) -> Duty | None:
    """The duty that the person is on."""
    found: Duty | None = Duty.objects.filter(user=user, ended_at=None).first()
    return found


def on_duty(users: Collection[int]) -> dict[int, Duty]:
    """User id → the duty they are on; one query."""
    return {duty.user_id: duty for duty in Duty.objects.filter(user__in=users, ended_at=None)}


def day_out(user: User, day: date) -> DayOut:
    """What the person did on duty on a day, as far as it lies within that day; two queries."""
    begins, ends = beginning_of(day), beginning_of(day + timedelta(days=1))
    duties = list(
        Duty.objects.filter(Q(ended_at=None) | Q(ended_at__gt=begins), user=user, started_at__lt=ends)
        .select_related("post__area")
        .order_by("started_at")
    )
    now = min(clock.now(), ends)
    spent = sum(
        (min(duty.ended_at or now, now) - max(duty.started_at, begins) for duty in duties), timedelta()
    )
    segments = list(
        TrackSegment.objects.filter(duty__in=duties, started_at__gte=begins, started_at__lt=ends)
        .annotate(metres=Length("path"))
        .order_by("started_at")
    )
    lines = [[[round(x, 6), round(y, 6)] for x, y in segment.path.coords] for segment in segments]
    return DayOut(
        duties,
        max(int(spent.total_seconds()) // 60, 0),
        sum(segment.metres.m for segment in segments),
        {"type": "MultiLineString", "coordinates": lines} if lines else None,
        segments,
    )


def days_beside(user: User, day: date) -> tuple[Duty | None, Duty | None]:
    """The last duty that began before a day and the first after it; two queries."""
    duties = Duty.objects.filter(user=user).select_related("post__area")
    before = duties.filter(started_at__lt=beginning_of(day)).order_by("-started_at").first()
    after = (
        duties.filter(started_at__gte=beginning_of(day + timedelta(days=1))).order_by("started_at").first()
    )
    return before, after


def marks_of(segments: Collection[TrackSegment]) -> list[dict[str, Any]]:
    """Where the person was and when, so that one sees which way they went: `at` as "08:35", `point` as lon, lat.

    The first and the last point of each duty, and between them one each `MARK_EVERY`.
    """
    marks: list[dict[str, Any]] = []
    for _duty, together in groupby(segments, key=lambda segment: segment.duty_id):
        passed = [
            (segment.started_at + timedelta(seconds=seconds), place)
            for segment in together
            for seconds, place in zip(segment.seconds, segment.path.coords, strict=True)
        ]
        last = passed[0][0] - MARK_EVERY
        for at, place in passed[:-1]:
            if at - last >= MARK_EVERY:
                marks.append(_mark(at, place))
                last = at
        marks.append(_mark(*passed[-1]))
    return marks


def _mark(at: datetime, place: tuple[float, ...]) -> dict[str, Any]:
    return {"at": f"{localtime(at):%H:%M}", "point": [round(place[0], 6), round(place[1], 6)]}
