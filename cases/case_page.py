"""What the pages of one case show besides its story: place, limit, people."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Point
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from cases.deadlines import STAGE_OF, limit_of
from cases.models import Case, Channel
from cases.workflow import Status
from gridgov import clock
from gridgov.worktime import Unit, hours_and_minutes, span_words
from grids.models import Area, AreaVersion, GridObject, User


def more_areas_of(case: Case) -> list[tuple[str, list[Area]]]:
    """The areas that a case reaches into besides its own, by the name of their level; one query, none for most."""
    if not case.more_area_ids:
        return []
    found = Area.objects.filter(pk__in=case.more_area_ids).order_by("level", "code")
    return [(level, list(areas)) for level, areas in groupby(found, lambda area: area.get_level_display())]


@dataclass(frozen=True)
class About:
    """The object that a case is about, as far as the viewer may know it."""

    object: GridObject
    is_seen: bool

    @property
    def name(self) -> str:
        return self.object.name if self.is_seen else self.object.public_name


def object_of(user: User, case: Case) -> About | None:
    """What a case is about; two queries, none where nobody knows."""
    if case.object_id is None:
        return None
    found = GridObject.objects.select_related("type").get(pk=case.object_id)
    return About(found, GridObject.objects.visible_to(user).filter(pk=found.pk).exists())


@dataclass(frozen=True)
class Alarming:
    """A device whose alarms belong to a case."""

    name: str
    times: int
    last_at: datetime


def alarming(case: Case, merged: Sequence[Case]) -> list[Alarming]:
    """The devices that have alarmed about a case, how often and when last; one query, none for most.

    `merged` are the cases merged into it: one of theirs may have been a device's.
    """
    if case.channel != Channel.SYSTEM and not merged:
        return []
    counted = (
        case.device_alarms.order_by("device__code")
        .values_list("device__name")
        .annotate(Count("pk"), Max("at"))
    )
    return [Alarming(*row) for row in counted]


def map_data(case: Case) -> str:
    """The small map as JSON: both points as [lat, lon], accuracy in m and the grid's outline; "" without a point."""
    if case.point is None:
        return ""
    return json.dumps(
        {
            "point": latlon(case.point),
            "device": latlon(case.device_point),
            "accuracy": case.accuracy_m,
            "outline": outline_of(case),
            "extent": json.loads(case.extent.geojson) if case.extent else None,
        }
    )


def limit_words(case: Case) -> str:
    """How long the present stage may take, as it was set: "4 working hours"; "" without a limit.

    After an extension or a suspension it is no longer what was set: then in time of the stage's own clock.
    """
    minutes = case.stage_minutes
    if minutes is None:
        return ""
    limit = limit_of(case, STAGE_OF[Status(case.status)]) if case.status in STAGE_OF else None
    if limit and limit.amount is not None:
        unit = Unit(limit.unit)
        same_clock = case.stage_round_the_clock == (unit is Unit.URGENT_HOUR)
        if same_clock and case.working_time.minutes(limit.amount, unit) == minutes:
            return span_words(limit.amount, unit)
    return clock_words(case, minutes)


def clock_words(case: Case, minutes: float | None) -> str:
    """Minutes of the present stage's own clock in words: "6 h of working time"; "" for None."""
    if minutes is None:
        return ""
    if case.stage_round_the_clock:
        return _("%(time)s, round the clock") % {"time": hours_and_minutes(minutes)}
    return _("%(time)s of working time") % {"time": case.working_time.words(minutes)}


def working_time_left(case: Case) -> str:
    """Working time until the stage is due, in words; "" where it is due, or counted round the clock."""
    if not case.counts_working_time or case.stage_due_at is None or case.stage_due_at <= clock.now():
        return ""
    return case.working_time.words(case.working_time.minutes_between(clock.now(), case.stage_due_at))


def latlon(point: Point | None) -> list[float] | None:
    """A point as the maps take it."""
    return [round(point.y, 6), round(point.x, 6)] if point else None


def outline_of(case: Case) -> Any:
    """The outline of the case's grid as GeoJSON, as it was when the case came in; one query."""
    if case.grid_version_id is None:
        return None
    found = (
        AreaVersion.objects.filter(pk=case.grid_version_id)
        .annotate(json=AsGeoJSON("outline", precision=6))
        .values_list("json", flat=True)
        .first()
    )
    return json.loads(found) if found else None
