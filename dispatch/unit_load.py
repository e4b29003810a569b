"""How much units have in hand, and how often they are in time: what a dispatcher weighs before choosing one."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from cases.models import Case, CaseEvent
from cases.outcomes import COUNTS_IN_RATES, HANDLED, WAS_LATE
from cases.parts import PART_STEPS
from cases.permissions import with_joint_unit
from cases.workflow import CLOCK_ACTIONS, WITH_UNIT, Action, Capacity, Status
from gridgov import clock
from gridgov.counting import percent_of

# On time means: of what was reported as handled in these days, at most the last so many.
LOOKED_BACK = timedelta(days=90)
MOST_LOOKED_AT = 200
# Fewer than these say nothing about a unit.
FEW = 10
_IN_HAND = (*WITH_UNIT, Status.SUSPENDED)
# Each unit's own last reports, from the index of them.
_LAST_REPORTS = """
SELECT done.case_id FROM unnest(%s::bigint[]) AS asked (unit_id)
CROSS JOIN LATERAL (
    SELECT case_id FROM cases_caseevent
    WHERE unit_id = asked.unit_id AND action = 'feed_back' AND at >= %s
    ORDER BY at DESC LIMIT %s
) AS done
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
        return percent_of(self.in_time, self.handled) if self.handled >= FEW else None


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
    """Unit's id → (handled, in time), by the rule of the figures; what was deferred counts in no rate."""
    reported = RawSQL(_LAST_REPORTS, (ids, clock.now() - LOOKED_BACK, MOST_LOOKED_AT))  # noqa: S611
    rows = (
        Case.objects.filter(HANDLED, COUNTS_IN_RATES, pk__in=reported, unit__in=ids)
        .order_by()
        .values("unit")
        .annotate(handled=Count("pk"), in_time=Count("pk", filter=~WAS_LATE))
    )
    return {row["unit"]: (row["handled"], row["in_time"]) for row in rows}
