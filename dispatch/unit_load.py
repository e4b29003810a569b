"""How much units have in hand, and how often they are in time: what a dispatcher weighs before choosing one."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q

from cases.models import Case, CaseEvent
from cases.parts import PART_STEPS
from cases.workflow import CLOCK_ACTIONS, WITH_UNIT, Action, Capacity, Status
from cases.permissions import with_joint_unit
from gridgov import clock

# On time means: of what was reported as handled in these days, at most the last so many.
LOOKED_BACK = timedelta(days=90)
MOST_LOOKED_AT = 500
# Fewer than these say nothing about a unit.
FEW = 10
_IN_HAND = (*WITH_UNIT, Status.SUSPENDED)
# Each unit's own last reports, from the index of them; a due time that was missed meanwhile stays missed, and what was
# deferred counts in no rate.
_IN_TIME = """
SELECT asked.unit_id, count(*), count(*) FILTER (WHERE
    (done.due_before IS NULL OR COALESCE(done.done_at, done.at) <= done.due_before)
    AND NOT EXISTS (
        SELECT FROM cases_caseevent missed
        WHERE missed.case_id = done.case_id AND missed.capacity = 'clock'
        AND missed.action IN ('escalate', 'supervise', 'ring')
        AND missed.unit_id = done.unit_id AND missed.from_status = ANY (%(with_unit)s) AND missed.seq < done.seq))
FROM unnest(%(units)s::bigint[]) AS asked (unit_id)
CROSS JOIN LATERAL (
    SELECT * FROM cases_caseevent
    WHERE unit_id = asked.unit_id AND action = 'feed_back' AND at >= %(since)s
    ORDER BY at DESC LIMIT %(most)s
) AS done
JOIN cases_case ON cases_case.id = done.case_id AND cases_case.deferred_at IS NULL
GROUP BY asked.unit_id
"""


@dataclass(frozen=True)
class Load:
    """A unit's open cases and parts, of them those that missed a due time with it; and what it handled in time."""

    open: int = 0
    late: int = 0
    handled: int = 0
    in_time: int = 0

    @property
    def share(self) -> int | None:
        """Per cent in time; None where too few were handled to say."""
        return round(100 * self.in_time / self.handled) if self.handled >= FEW else None


def loads_of(unit_ids: Collection[int]) -> dict[int, Load]:
    """The load of each unit, in three queries however many cases there are."""
    ids = sorted(unit_ids)
    cases, parts, times = _cases_in_hand(ids), _parts_in_hand(ids), _in_time(ids)
    return {
        pk: Load(
            open=cases.get(pk, (0, 0))[0] + parts[pk],
            late=cases.get(pk, (0, 0))[1],
            handled=times.get(pk, (0, 0))[0],
            in_time=times.get(pk, (0, 0))[1],
        )
        for pk in ids
    }


def _cases_in_hand(ids: list[int]) -> dict[int, tuple[int, int]]:
    missed = CaseEvent.objects.filter(
        case=OuterRef("pk"),
        unit=OuterRef("unit"),
        capacity=Capacity.CLOCK,
        action__in=CLOCK_ACTIONS,
        from_status__in=WITH_UNIT,
    )
    late = Q(status__in=WITH_UNIT, stage_due_at__lte=clock.now()) | Q(Exists(missed))
    rows = (
        Case.objects.filter(unit__in=ids, status__in=_IN_HAND)
        .order_by()
        .values("unit")
        .annotate(open=Count("pk"), late=Count("pk", filter=late))
    )
    return {row["unit"]: (row["open"], row["late"]) for row in rows}


def _parts_in_hand(ids: list[int]) -> Counter[int]:
    last = (
        CaseEvent.objects.filter(
            with_joint_unit(ids, of="case__"),
            case__status__in=_IN_HAND,
            unit__in=ids,
            action__in=PART_STEPS,
        )
        .order_by("case_id", "unit_id", "-seq")
        .distinct("case_id", "unit_id")
        .values_list("unit_id", "action")
    )
    return Counter(unit for unit, action in last if action in (Action.JOIN, Action.ACCEPT_PART))


def _in_time(ids: list[int]) -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _IN_TIME,
            {
                "units": ids,
                "since": clock.now() - LOOKED_BACK,
                "most": MOST_LOOKED_AT,
                "with_unit": [str(status) for status in WITH_UNIT],
            },
        )
        return {unit: (handled, in_time) for unit, handled, in_time in cursor.fetchall()}
