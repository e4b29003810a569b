"""The sweep on a virtual clock: it runs at the very moments at which there is something to do."""

import heapq
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from cases.models import Case
from dispatch.sweep import sweep
from gridgov import clock


class VirtualSweep:
    """Stands in for the beat, which sweeps every few seconds, where months pass in minutes.

    Whoever moves the clock tells it the moments at which each case falls due (`watch`) and lets it run before they
    move on (`run_before`). `fields` are the case's fields that hold such moments.
    """

    def __init__(self, cases: QuerySet[Case], fields: tuple[str, ...] = ("climb_at",)) -> None:
        self._cases = cases
        self._fields = fields
        self._queue: list[tuple[datetime, int]] = []
        self._watched: dict[int, frozenset[datetime]] = {}

    def watch(self, case_id: int, moments: Iterable[datetime | None]) -> None:
        """From now on these are the moments of the case, and those it had before are not; without any it is left alone."""
        wanted = frozenset(moment for moment in moments if moment is not None)
        for moment in wanted:
            heapq.heappush(self._queue, (moment, case_id))
        if wanted:
            self._watched[case_id] = wanted
        else:
            self._watched.pop(case_id, None)

    def run_before(self, moment: datetime) -> None:
        """Sweep at each moment that lies before this one; the clock stands there afterwards."""
        while self._queue and self._queue[0][0] < moment:
            due = self._queue[0][0]
            late = self._take_until(due)
            if not late:
                continue  # moved on in time
            clock.set_to(max(due, clock.now()))
            sweep(self._cases)
            for case_id, *moments in self._cases.filter(pk__in=late).values_list("pk", *self._fields):
                self.watch(case_id, [each for each in moments if each is not None and each > clock.now()])

    def _take_until(self, due: datetime) -> set[int]:
        late = set()
        while self._queue and self._queue[0][0] <= due:
            moment, case_id = heapq.heappop(self._queue)
            if moment in self._watched.get(case_id, ()):
                late.add(case_id)
        return late
