"""What the monthly report says of the work itself: time in hand, what was late, and what citizens answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Case, Count, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.aggregates import Aggregate

from assessment.countables import Span
from assessment.figures.answer import BELOW
from assessment.indicators import INDICATORS
from assessment.indicators.citizens import CITIZENS
from assessment.indicators.indicator import WORK, Indicator
from assessment.kinds import Kind
from assessment.models import StageFact
from assessment.models.stage_fact import stage_name
from assessment.tally import tally
from cases.models import MajorClass, Stage
from cases.permissions import AREA_FIELD, lies_in
from grids.models import Area, AreaLevel, Organisation

# So many of the longest delays, of corrections and of what came late.
MOST_ROWS = 15
_DUE, _ON_TIME, _LATE, _UNDONE = (
    INDICATORS[code].numerator
    for code in ("disposal_due", "on_time_disposed", "overdue_disposed", "overdue_undisposed")
)
# What a number of lateness is of.
LATENESS: dict[str, Callable[[Span], Q]] = {
    "missed": lambda span: _LATE.where(span) | _UNDONE.where(span),
    "late": _LATE.where,
    "undone": _UNDONE.where,
    "on_time": _ON_TIME.where,
    "due": _DUE.where,
}
# By what it is told, and what has the names.
PARTS: dict[str, Any] = {"unit": Organisation, "area": Area, "class": MajorClass}


class Middle(Aggregate):
    """The median."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


class NineOfTen(Aggregate):
    """What nine of ten stayed within."""

    function = "percentile_cont"
    template = "%(function)s(0.9) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Hours:
    """How long a stage was in hand, in hours of its own clock, of what was done in the month."""

    label: str
    done: int
    average: float
    middle: float
    nine_of_ten: float


@dataclass(frozen=True)
class Late:
    """Handling that fell due in the month, of one unit, area or class."""

    label: str
    due: int
    on_time: int
    late: int
    undone: int
    # Of what it is; None of all, or of none.
    key: int | None = None

    @property
    def missed(self) -> int:
        return self.late + self.undone

    @property
    def percent(self) -> float | None:
        """How much of it was late or not done; None where nothing fell due."""
        return round(100 * self.missed / self.due, 1) if self.due else None


@dataclass(frozen=True)
class Lateness:
    """What was late, and where: each list with the most misses first."""

    together: Late
    units: list[Late]
    areas: list[Late]
    classes: list[Late]
    longest: list[StageFact]


@dataclass(frozen=True)
class Verdict:
    """What citizens answered: `counted` of `answers`, partly satisfied ones as part of one."""

    indicator: Indicator
    counted: Decimal
    answers: Decimal

    @property
    def percent(self) -> float:
        return round(float(100 * self.counted / self.answers), 1)


def hours_of(span: Span, area: Area) -> list[Hours]:
    """Time in hand by stage; a query."""
    by_work = Q()
    for stage, actions in WORK.items():
        # Not what was taken away.
        by_work |= Q(stage=stage, ended_by__in=actions)
    rows = (
        StageFact.objects.filter(lies_in(area), by_work, ended_at__gte=span.start, ended_at__lt=span.end)
        .order_by()
        .values("stage")
        .annotate(n=Count("pk"), average=Avg("minutes"), middle=Middle("minutes"), nine=NineOfTen("minutes"))
    )
    found = {row["stage"]: row for row in rows}
    return [
        Hours(
            stage_name(stage),
            row["n"],
            *(round(row[name] / 60, 1) for name in ("average", "middle", "nine")),
        )
        for stage in Stage
        if (row := found.get(stage))
    ]


def lateness_of(span: Span, area: Area) -> Lateness:
    """Handling that fell due: the duties that the indicators count; a query for each list, and one for its names."""
    duties = duties_of(span, area)
    units, areas, classes = (_by(duties, span, column_of(part, area), model) for part, model in PARTS.items())
    return Lateness(
        Late("", **duties.aggregate(**_counted(span))),
        units,
        areas,
        classes,
        list(longest_first(duties_of(span, area, "missed"), span)[:MOST_ROWS]),
    )


def duties_of(
    span: Span, area: Area, of: str = "due", by: str = "", key: int | None = None
) -> QuerySet[StageFact]:
    """Handling that fell due: of one of `LATENESS`, and of one of `PARTS` if `by` names it, None what has none."""
    found = StageFact.objects.filter(lies_in(area), _DUE.condition(span), LATENESS[of](span))
    if by:
        found = found.filter(**{column_of(by, area): key})
    return found.order_by()


def longest_first(duties: QuerySet[StageFact], span: Span) -> QuerySet[Any]:
    """Each with its `delay`, below 0 what was in time, and what is shown of it."""
    return (
        duties.annotate(delay=_until(span) - F("due_at"))
        .order_by("-delay", "pk")
        .select_related("case__case_class", "unit", "street", "community")
    )


def column_of(part: str, area: Area) -> str:
    """By which column of a duty it is told; areas by those a level below."""
    level = AreaLevel(area.level)
    columns = {"unit": "unit_id", "area": AREA_FIELD[BELOW.get(level, level)]}
    return columns.get(part, "case__case_class__major_id")


def verdicts_of(span: Span, area: Area) -> list[Verdict]:
    """What citizens answered in the month, as the indicators count it; a query for each source.

    A sub-district area is scored by nothing: of it there are no verdicts.
    """
    level = AreaLevel(area.level)
    if level == AreaLevel.SUBDISTRICT:
        return []
    counted = tally(Kind[level.name], [each.code for each in CITIZENS], span, whose=area.pk).get(area.pk, {})
    found = ((each, counted.get(each.code)) for each in CITIZENS)
    return [
        Verdict(each, value.numerator, value.denominator)
        for each, value in found
        if value and value.denominator
    ]


def _counted(span: Span) -> dict[str, Any]:
    return {
        "due": Count("pk"),
        "on_time": Count("pk", filter=_ON_TIME.where(span)),
        "late": Count("pk", filter=_LATE.where(span)),
        "undone": Count("pk", filter=_UNDONE.where(span)),
    }


def _by(duties: QuerySet[StageFact], span: Span, column: str, model: Any) -> list[Late]:
    grouped: Any = duties.values(key=F(column)).annotate(**_counted(span))
    rows: list[dict[str, Any]] = list(grouped)
    named = model.objects.in_bulk([row["key"] for row in rows if row["key"]])
    found = [
        Late(
            str(named.get(row["key"], "–")),
            **{name: row[name] for name in ("due", "on_time", "late", "undone", "key")},
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (-each.missed, -each.due, each.label))


def _until(span: Span) -> Any:
    """When it was done, or until when it was known not to be."""
    return Case(
        When(ended_at__lt=span.known_until, then=F("done_at")),
        default=Value(span.known_until),
        output_field=DateTimeField(),
    )
