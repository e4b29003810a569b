"""What a wall screen shows of an area: today's figures beside yesterday's at this hour, lights, ranking, last cases."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from cases.models import Case, CaseEvent
from cases.outcomes import COUNTS_IN_RATES, WAS_LATE
from cases.permissions import AREA_FIELD
from cases.workflow import OPEN, TIMED, Action, Status
from dispatch.live_map import light_of
from gridgov import clock
from gridgov.counting import percent_of
from gridgov.shared import shared
from grids.map_outlines import View, areas_in, level_in
from grids.models import Area, AreaLevel, AreaVersion, Role, User
from grids.outlines import outlines_etag
from inspections.times import beginning_of

SHOWN_TO = (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER)
# Ten walls cost as much as one: what one has worked out the others get.
KEPT_S = 2
# What moves slowly is worked out less often: the ranking of the month, and how much was overdue a day ago.
RANKING_KEPT_S = 300
A_DAY_AGO_KEPT_S = 600
LAST_CASES = 8
# Of more areas the first and the last are named.
FIRST_RANKED, LAST_RANKED = 5, 3
_DAY = timedelta(days=1)
_MAP_PX = 900

# Level of the wall's area → the level coloured on its map, and the level that is ranked and named.
_PARTS = {
    AreaLevel.DISTRICT: (AreaLevel.COMMUNITY, AreaLevel.STREET),
    AreaLevel.STREET: (AreaLevel.COMMUNITY, AreaLevel.COMMUNITY),
    AreaLevel.SUBDISTRICT: (AreaLevel.COMMUNITY, AreaLevel.COMMUNITY),
    AreaLevel.COMMUNITY: (AreaLevel.GRID, AreaLevel.GRID),
    AreaLevel.GRID: (AreaLevel.GRID, AreaLevel.GRID),
}

# Who has not changed since then was overdue then if their due time had passed; of the others their row of then tells.
_OVERDUE_THEN = """
    WITH changed AS (
        SELECT DISTINCT event.case_id AS id FROM cases_caseevent event JOIN cases_case matter ON matter.id = event.case_id
        WHERE event.district_id = %(district)s AND event.at > %(then)s AND matter.{field} = %(area)s
    )
    SELECT (
        SELECT count(*) FROM cases_case matter
        WHERE matter.{field} = %(area)s AND matter.status = ANY (%(timed)s) AND matter.stage_due_at <= %(then)s
            AND NOT EXISTS (SELECT FROM changed WHERE changed.id = matter.id)
    ) + (
        SELECT count(*) FROM changed CROSS JOIN LATERAL (
            SELECT to_status, due_after FROM cases_caseevent event
            WHERE event.case_id = changed.id AND event.at <= %(then)s ORDER BY seq DESC LIMIT 1
        ) before WHERE before.to_status = ANY (%(timed)s) AND before.due_after <= %(then)s
    )
"""


@dataclass(frozen=True)
class Figure:
    """One of the six numbers, and what it was yesterday at this hour."""

    name: str
    now: int
    then: int

    @property
    def more(self) -> int:
        return self.now - self.then


@dataclass(frozen=True)
class Rank:
    """An area's place: how many it has handled this month, how many of them in time."""

    place: int
    name: str
    handled: int
    in_time: int

    @property
    def percent(self) -> int:
        return percent_of(self.in_time, self.handled)


def wall_areas(user: User) -> list[Area]:
    """The areas whose wall the person may show, the largest first."""
    if user.is_superuser:
        return list(Area.objects.current().filter(level=AreaLevel.DISTRICT))
    areas = {post.area_id: post.area for post in user.current_posts if post.role in SHOWN_TO}
    return sorted(areas.values(), key=lambda area: (area.level, area.code))


def can_show_wall(user: User, area: Area) -> bool:
    """Of one's area, or of a part of it."""
    return any(area.path.startswith(own.path) for own in wall_areas(user))


def wall_of(area: Area) -> dict[str, Any]:
    """Everything on the wall of an area, the same for all who show it; a bounded number of queries."""
    return shared(f"wall:{area.pk}", KEPT_S, lambda: _worked_out(area)).answer


def _worked_out(area: Area) -> dict[str, Any]:
    cases = Case.objects.filter(**{AREA_FIELD[AreaLevel(area.level)]: area.pk})
    lights, last = _lights(cases), _last(cases)
    return {
        "at": clock.now(),
        "figures": _figures(area, lights),
        "lights": lights,
        "ranking": shared(f"wall-ranking:{area.pk}", RANKING_KEPT_S, lambda: _ranking(area)).answer,
        "last": last,
        "map": _map(area, cases.open(), last),
    }


def _lights(cases: Any) -> dict[str, int]:
    """How many open cases show which light."""
    now = clock.now()
    running = Q(status__in=TIMED)
    found = cases.open().aggregate(
        open=Count("pk"),
        red=Count("pk", filter=running & Q(stage_due_at__lte=now)),
        yellow=Count("pk", filter=running & Q(stage_due_at__gt=now, stage_warn_at__lte=now)),
        stopped=Count("pk", filter=Q(status=Status.SUSPENDED)),
    )
    return {**found, "green": found["open"] - found["red"] - found["yellow"] - found["stopped"]}


def _figures(area: Area, lights: dict[str, int]) -> list[Figure]:
    """The six numbers: four of today, and how it stands now."""
    now = clock.now()
    midnight = beginning_of(clock.today())
    counted: dict[str, Count] = {}
    deeds = {
        "reported": Q(action=Action.REPORT),
        "registered": Q(action=Action.REGISTER),
        "handled": Q(action=Action.FEED_BACK),
        "closed": Q(to_status=Status.CLOSED) & ~Q(from_status=Status.CLOSED),
    }
    for name, deed in deeds.items():
        counted[f"{name}_now"] = Count("pk", filter=deed & Q(at__gte=midnight, at__lte=now))
        counted[f"{name}_then"] = Count("pk", filter=deed & Q(at__gte=midnight - _DAY, at__lte=now - _DAY))
    since = Q(at__gt=now - _DAY, at__lte=now)
    opened, was_open = Q(to_status__in=OPEN), Q(from_status__in=OPEN)
    found = _events(area, min(midnight, now) - _DAY).aggregate(
        **counted,
        opened=Count("pk", filter=since & opened & ~was_open),
        ended=Count("pk", filter=since & was_open & ~opened),
    )
    then = shared(f"wall-then:{area.pk}", A_DAY_AGO_KEPT_S, lambda: overdue_at(area, now - _DAY)).answer
    return [
        *(Figure(name, found[f"{name}_now"], found[f"{name}_then"]) for name in deeds),
        Figure("open", lights["open"], lights["open"] - found["opened"] + found["ended"]),
        Figure("overdue", lights["red"], then),
    ]


def overdue_at(area: Area, then: datetime) -> int:
    """How many cases of an area were overdue at a moment gone by, from their timelines; one query."""
    statement = _OVERDUE_THEN.format(field=AREA_FIELD[AreaLevel(area.level)])
    asked: dict[str, Any] = {
        "district": _district_id(area),
        "area": area.pk,
        "then": then,
        "timed": [str(each) for each in TIMED],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return int(cursor.fetchone()[0])


def _district_id(area: Area) -> int:
    return int(Area.objects.values_list("pk", flat=True).get(code=area.district_code))


def _events(area: Area, since: datetime) -> Any:
    field = AREA_FIELD[AreaLevel(area.level)]
    return CaseEvent.objects.filter(
        district__code=area.district_code, at__gte=since, **{f"case__{field}": area.pk}
    ).order_by()


def _ranking(area: Area) -> list[Rank]:
    """By the share of what was handled this month within its time (缓办 left out), then by how much was handled."""
    part = AREA_FIELD[_PARTS[AreaLevel(area.level)][1]].removesuffix("_id")
    month = beginning_of(clock.today().replace(day=1))
    fed_back = _events(area, month).filter(action=Action.FEED_BACK).values("case")
    # What was fed back and stands elsewhere was sent back since.
    handled = Case.objects.filter(
        COUNTS_IN_RATES, pk__in=fed_back, status__in=[Status.HANDLED, Status.CLOSED]
    )
    found = list(
        handled.filter(**{f"{part}__isnull": False})
        .order_by()
        .values(part)
        .annotate(handled=Count("pk"), in_time=Count("pk", filter=~WAS_LATE))
        .values_list(f"{part}__name", "handled", "in_time", part)
    )
    found.sort(key=lambda row: (-row[2] / row[1], -row[1], row[0]))
    ranked = [Rank(place, *row[:3]) for place, row in enumerate(found, start=1)]
    if len(ranked) <= FIRST_RANKED + LAST_RANKED:
        return ranked
    return ranked[:FIRST_RANKED] + ranked[-LAST_RANKED:]


def _last(cases: Any) -> list[dict[str, Any]]:
    """The last cases reported, newest first."""
    newest = cases.order_by("-id")[:LAST_CASES]
    return [
        {
            "number": case.number,
            "name": case.case_class.name if case.case_class else "",
            "place": case.community.name if case.community else case.address,
            "at": case.reported_at,
            "is_today": timezone.localdate(case.reported_at) == clock.today(),
            "status": case.status,
            "light": light_of(case.status, case.stage_due_at, case.stage_warn_at) if case.is_open else "",
            "point": [round(case.point.y, 5), round(case.point.x, 5)] if case.point else None,
        }
        for case in newest.select_related("case_class", "community")
    ]


def view_of(area: Area) -> View | None:
    """The view that shows the whole of an area; None without an outline."""
    extent = AreaVersion.objects.current().filter(area=area).aggregate(box=Extent("outline"))["box"]
    if extent is None:
        return None
    west, south, east, north = extent
    box = Polygon.from_bbox(extent)
    box.srid = 4326
    zoom = round(math.log2(_MAP_PX * 360 / 256 / max(east - west, north - south, 1e-4)))
    return View(box, min(zoom, 20), _PARTS[AreaLevel(area.level)][0])


def _map(area: Area, opened: Any, last: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """What the map needs besides the outlines: how the area's parts stand, which are named, and where it happened last."""
    view = view_of(area)
    if view is None:
        return None
    level = level_in(view)
    field = AREA_FIELD[level]
    late = Count("pk", filter=Q(status__in=TIMED, stage_due_at__lte=clock.now()))
    rows = (
        opened.filter(**{f"{field}__isnull": False})
        .order_by()
        .values(field)
        .annotate(n=Count("pk"), late=late)
    )
    counts = {pk: [number, overdue] for pk, number, overdue in rows.values_list(field, "n", "late")}
    own = Area.objects.within(area).order_by().values_list("pk", "code")
    return {
        "version": outlines_etag(),
        "bbox": ",".join(f"{value:.6f}" for value in view.box.extent),
        "zoom": view.zoom,
        "finest": int(view.finest),
        "named": int(_PARTS[AreaLevel(area.level)][1]),
        "areas": {code: counts.get(pk, [0, 0]) for pk, code in own.filter(pk__in=areas_in(view, level))},
        "names": list(
            own.filter(level=_PARTS[AreaLevel(area.level)][1]).values_list("code", flat=True)[:100]
        ),
        "dots": [[*case["point"], case["light"], case["number"]] for case in last if case["point"]],
    }
