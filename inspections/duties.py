"""Who is on duty, and what they walked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import Length
from django.db.models import Q

from gridgov import clock
from grids.models import User
from inspections.models import Duty, TrackSegment
from inspections.times import beginning_of


@dataclass(frozen=True)
class DayOut:
    """One person's day on duty: its duties, how long and how far."""

    duties: list[Duty]
    minutes: int
    metres: float
    # GeoJSON of the way walked; None where nobody walked.
    path: dict[str, Any] | None

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
    )
