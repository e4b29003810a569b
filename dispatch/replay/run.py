"""Carrying the requests through the services, with the sweep in between, in the order in which it all happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from cases import services as cases
from cases.models import Case, Channel
from cases.workflow import OPEN, Status
from dispatch import services as dispatch
from dispatch.replay.city import WITH_TARGET, WITHOUT_TARGET, City
from dispatch.replay.rows import Request
from dispatch.virtual_sweep import VirtualSweep
from gridgov import clock
from grids.models import User

_OPEN, _CLOSE = 0, 1
_BEFORE_HANDLING = (Status.REPORTED, Status.REGISTERED, Status.DISPATCHED)
_CHANNELS = {
    "Employee Generated": Channel.INSPECTOR,
    "Constituent Call": Channel.HOTLINE,
    "Maximo Integration": Channel.SYSTEM,
}


@dataclass
class Replay:
    """A run over some of a city's requests up to a last moment, in the name of one inspector.

    Each step is kept as soon as it is taken, so a replay that is killed goes on from where each case stands.
    `advance` is told how many requests have been opened.
    """

    city: City
    requests: list[Request]
    zone: ZoneInfo
    inspector: User  # reports and verifies; whose cases these are
    end: datetime
    advance: Callable[[int], object] = lambda _: None

    def __post_init__(self) -> None:
        self.sweep = VirtualSweep(self._cases())
        self.cases: dict[str, Case] = {}
        self.by_id = {request.id: request for request in self.requests}

    def run(self) -> None:
        """Replay everything that has not been replayed yet."""
        with connection.cursor() as cursor:
            # A step that a power cut undoes is taken again; nobody need wait for the disk.
            cursor.execute("SET synchronous_commit = off")
        with timezone.override(self.zone), clock.at(self.requests[0].opened_at):
            for moment, what, request_id in self._moments_left():
                self.sweep.run_before(moment)
                clock.set_to(moment)
                self._do(what, self.by_id[request_id])
            self.sweep.run_before(self.end)

    def _moments_left(self) -> list[tuple[datetime, int, str]]:
        """What is still to be done; what the database holds already is done."""
        known = {case.external_id: case for case in self._cases()}
        left = []
        for request in self.requests:
            case = known.get(request.id)
            if case is None or case.status in _BEFORE_HANDLING:
                left.append((request.opened_at, _OPEN, request.id))
            else:
                self.advance(1)
            if case is not None:
                self.cases[request.id] = case
                if case.status not in OPEN:
                    continue
                self.sweep.watch(case.pk, [case.climb_at])
            if request.closed_at is not None:
                left.append((request.closed_at, _CLOSE, request.id))
        return sorted(left)

    def _do(self, what: int, request: Request) -> None:
        if what == _OPEN:
            self._open(request)
            self.advance(1)
        else:
            self._close(self.cases.pop(request.id))

    def _open(self, request: Request) -> None:
        """From the report to the unit that handles it; from the step on that the case still needs."""
        city = self.city
        condition = city.conditions[request.type[:80], WITH_TARGET if request.target_at else WITHOUT_TARGET]
        unit = city.queues[request.queue[:80]]
        case = self.cases.get(request.id) or cases.report_case(
            actor=self.inspector,
            point=self._point_of(request),
            case_class=condition.case_class,
            condition=condition,
            channel=_CHANNELS.get(request.source, Channel.CITIZEN),
            external_id=request.id,
            district=city.district,
            promised_due_at=request.target_at,
        )
        if case.status == Status.REPORTED:
            case = cases.register_case(
                case.pk, actor=city.centre, case_class=condition.case_class, condition=condition
            )
        if case.status == Status.REGISTERED:
            case = dispatch.dispatch_case(case.pk, actor=city.centre, unit=unit)
        if case.status == Status.DISPATCHED:
            case = dispatch.accept_case(case.pk, actor=city.unit)
        self.cases[request.id] = case
        self.sweep.watch(case.pk, [case.climb_at])

    def _close(self, case: Case) -> None:
        self.sweep.watch(case.pk, [])
        if case.status != Status.HANDLED:
            dispatch.feed_back_case(case.pk, actor=self.city.unit, note="closed in the city's file")
        cases.verify_case(case.pk, actor=self.inspector, passed=True, note="closed in the city's file")

    def _point_of(self, request: Request) -> Point | None:
        """Its own point; where that is only a default, one inside the precinct that the city names."""
        if request.lon_lat:
            return Point(*request.lon_lat, srid=4326)
        return self.city.precinct_points.get(request.precinct)

    def _cases(self) -> QuerySet[Case]:
        return Case.objects.filter(district=self.city.district, reporter=self.inspector)
