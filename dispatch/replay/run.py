"""Carrying the requests through the services, with the sweep in between, in the order in which it all happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cases import services as cases
from cases.models import Case, Channel
from cases.workflow import OPEN
from dispatch import services as dispatch
from dispatch.replay.city import WITH_TARGET, WITHOUT_TARGET, City
from dispatch.replay.rows import Request
from dispatch.virtual_sweep import VirtualSweep
from gridgov import clock

# Rows carried in one transaction: a replay that is killed goes on from the last one.
BATCH = 200
_OPEN, _CLOSE = 0, 1
_CHANNELS = {
    "Employee Generated": Channel.INSPECTOR,
    "Constituent Call": Channel.HOTLINE,
    "Maximo Integration": Channel.SYSTEM,
}


@dataclass
class Replay:
    """A run over the requests; `advance` is told how many requests have been opened."""

    city: City
    requests: list[Request]
    zone: ZoneInfo
    advance: Callable[[int], object] = lambda _: None

    def __post_init__(self) -> None:
        self.sweep = VirtualSweep(self._cases())
        self.ids: dict[str, int] = {}
        self.by_id = {request.id: request for request in self.requests}

    def run(self) -> datetime:
        """Replay everything that has not been replayed yet; returns the last moment of the file."""
        moments = self._moments_left()
        end = max(max(r.opened_at, r.closed_at or r.opened_at) for r in self.requests)
        with timezone.override(self.zone), clock.at(self.requests[0].opened_at):
            for start in range(0, len(moments), BATCH):
                with transaction.atomic():
                    for moment, what, request_id in moments[start : start + BATCH]:
                        self.sweep.run_before(moment)
                        clock.set_to(moment)
                        self._do(what, self.by_id[request_id])
            with transaction.atomic():
                self.sweep.run_before(end)
        return end

    def _moments_left(self) -> list[tuple[datetime, int, str]]:
        """What is still to be done; what the database holds already is done."""
        done = {
            external_id: (pk, status, due)
            for pk, external_id, status, due in self._cases().values_list(
                "pk", "external_id", "status", "climb_at"
            )
        }
        left = []
        for request in self.requests:
            if request.id not in done:
                left.append((request.opened_at, _OPEN, request.id))
            else:
                pk, status, due = done[request.id]
                self.ids[request.id] = pk
                self.advance(1)
                if status not in OPEN:
                    continue
                self.sweep.watch(pk, [due])
            if request.closed_at is not None:
                left.append((request.closed_at, _CLOSE, request.id))
        return sorted(left)

    def _do(self, what: int, request: Request) -> None:
        if what == _OPEN:
            self._open(request)
            self.advance(1)
        else:
            self._close(self.ids.pop(request.id))

    def _open(self, request: Request) -> None:
        city = self.city
        condition = city.conditions[request.type[:80], WITH_TARGET if request.target_at else WITHOUT_TARGET]
        case = cases.report_case(
            actor=city.inspector,
            point=self._point_of(request),
            case_class=condition.case_class,
            condition=condition,
            channel=_CHANNELS.get(request.source, Channel.CITIZEN),
            external_id=request.id,
            district=city.district,
            promised_due_at=request.target_at,
        )
        cases.register_case(
            case.pk, actor=city.centre, case_class=condition.case_class, condition=condition
        )
        dispatch.dispatch_case(case.pk, actor=city.centre, unit=city.queues[request.queue[:80]])
        accepted = dispatch.accept_case(case.pk, actor=city.unit)
        self.ids[request.id] = case.pk
        self.sweep.watch(case.pk, [accepted.climb_at])

    def _close(self, case_id: int) -> None:
        self.sweep.watch(case_id, [])
        dispatch.feed_back_case(case_id, actor=self.city.unit, note="closed in the city's file")
        cases.verify_case(case_id, actor=self.city.inspector, passed=True, note="closed in the city's file")

    def _point_of(self, request: Request) -> Point | None:
        """Its own point; where that is only a default, one inside the precinct that the city names."""
        if request.lon_lat:
            return Point(*request.lon_lat, srid=4326)
        return self.city.precinct_points.get(request.precinct)

    def _cases(self) -> QuerySet[Case]:
        return Case.objects.filter(district=self.city.district)
