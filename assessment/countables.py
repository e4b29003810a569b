"""What can be counted for an assessment: rows of a source, of whom they are, when they fall into a period."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils.timezone import localdate

from assessment.kinds import AREAS, Kind
from assessment.models import CaseFact, StageFact
from cases.models import CaseEvent, QuestionKind, Stage, SurveyAnswer
from cases.workflow import Action
from dispatch.models import OperationUnit
from grids.models import AreaLevel
from inspections.models import DiaryEntry, DiaryRating, GridCoverage


@dataclass(frozen=True)
class Limit:
    """Another limit for a stage, as a what-if asks: a `share` of its time from given to due, or `minutes` of its clock."""

    stage: str
    share: float | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Span:
    """A period as it is counted: from `start` to before `end`, by what was known before `known_until`, never before `end`.

    `limit` asks what would be if another limit had held: it changes what was in time, never what was due.
    """

    start: datetime
    end: datetime
    known_until: datetime
    limit: Limit | None = None


@dataclass(frozen=True, eq=False)
class Source:
    """A table of countables: its rows, the column of the case, and by which column a row is whose."""

    name: str
    rows: Callable[[], QuerySet[Any]]
    of: Mapping[str, str]
    case: str = ""
    # What must be asked for by row: annotations by name.
    asked: Mapping[str, Any] = field(default_factory=dict)
    # For some it shows only later whose a row is: until then it is nobody's.
    shown: Mapping[str, Callable[[Span], Q]] = field(default_factory=dict)

    def whose(self, kind: str, span: Span) -> Q:
        """The rows of which it is known whose they are."""
        known = Q(**{f"{self.of[kind]}__isnull": False})
        return known & self.shown[kind](span) if kind in self.shown else known


_AREAS: dict[str, str] = {kind: f"{kind}_id" for kind in AREAS}

STAGES = Source(
    "stages",
    StageFact.objects.all,
    {
        Kind.INSPECTOR: "person_id", Kind.OPERATOR: "person_id", Kind.DISPATCHER: "person_id",
        Kind.SHIFT_LEADER: "shift_leader_id", Kind.UNIT: "unit_id", Kind.CENTRE: "holder_id", **_AREAS,
    },
    "case_id",
    # Inspectors look. Who sits at a centre's desk does it, or has nothing to do with it; a unit gets what was dispatched.
    shown={
        Kind.INSPECTOR: lambda _span: Q(stage__in=[Stage.CHECK, Stage.VERIFICATION]),
        Kind.OPERATOR: lambda span: Q(ended_at__lt=span.known_until),
        Kind.DISPATCHER: lambda span: Q(ended_at__lt=span.known_until),
        Kind.UNIT: lambda span: ~Q(stage=Stage.DISPATCH) | Q(ended_at__lt=span.known_until),
    },
)  # fmt: skip
# Reports are whose who made them, and where they were made, though the place be corrected later.
_TOLD = StageFact.objects.filter(case=OuterRef("case"), seq=1)
REPORTS = Source(
    "reports",
    CaseFact.objects.all,
    {Kind.INSPECTOR: "reporter_id", **{str(kind): f"told_in_{kind}" for kind in AREAS}},
    "case_id",
    asked={
        "told_at": Subquery(_TOLD.values("began_at")),
        **{f"told_in_{kind}": Subquery(_TOLD.values(f"{kind}_id")) for kind in AREAS},
    },
)
# What lay in somebody's grid is theirs, whoever reported it.
PLACES = Source(
    "places",
    CaseFact.objects.all,
    {Kind.INSPECTOR: "inspector_id", **_AREAS},
    "case_id",
)
# The three questions of the call-back.
ANSWERS = Source(
    "answers",
    lambda: CaseEvent.objects.filter(action=Action.ANSWER),
    {
        Kind.UNIT: "unit_id",
        Kind.CENTRE: "holder_id",
        **{str(kind): f"case__{kind}_id" for kind in AREAS},
    },
    "case_id",
)
# The nearest area around a survey's that is of a level: itself, or one that it lies in.
_SURVEYED = "response__survey__area"
_AROUND = (_SURVEYED, *(f"{_SURVEYED}__{'__'.join(['parent'] * n)}" for n in range(1, len(AreaLevel))))


def _surveyed_area(level: AreaLevel) -> Case:
    return Case(*(When(**{f"{place}__level": level}, then=F(f"{place}_id")) for place in _AROUND))


# What citizens answered on a scale, by the day: a survey says nothing closer of who answered when.
SURVEYS = Source(
    "surveys",
    lambda: SurveyAnswer.objects.filter(question__kind=QuestionKind.SCALE, chosen__len=1).annotate(
        day=F("response__sent_on")
    ),
    {kind: f"surveyed_{kind}" for kind in AREAS},
    asked={f"surveyed_{kind}": _surveyed_area(AreaLevel[kind.name]) for kind in AREAS},
)
# A day of a grid on which whoever answers for it was on duty, as the night after noted it.
PATROLS = Source(
    "patrols",
    lambda: GridCoverage.objects.filter(inspector__isnull=False),
    {Kind.INSPECTOR: "inspector_id", Kind.GRID: "grid_id", Kind.DISTRICT: "district_id"},
)
RATINGS = Source(
    "ratings",
    DiaryRating.objects.all,
    {Kind.INSPECTOR: "entry__author_id", Kind.DISTRICT: "entry__district_id"},
)
DIARY = Source("diary", DiaryEntry.objects.all, {Kind.INSPECTOR: "author_id", Kind.DISTRICT: "district_id"})
WHISTLES = Source(
    "whistles",
    lambda: OperationUnit.objects.filter(operation__called_at__isnull=False),
    {Kind.UNIT: "organisation_id", Kind.DISTRICT: "operation__district_id"},
)


@dataclass(frozen=True)
class Count:
    """Rows of a source that fall into a period by a moment and meet a condition, each counted with a weight."""

    source: Source
    moment: str
    where: Callable[[Span], Q]
    # An expression over the row; 1 where it is None.
    weight: Any = None

    def falls_into(self, span: Span) -> Q:
        """Which rows are of the period."""
        first, last = (
            (localdate(span.start), localdate(span.end)) if self.moment == "day" else (span.start, span.end)
        )
        return Q(**{f"{self.moment}__gte": first, f"{self.moment}__lt": last})

    def condition(self, span: Span) -> Q:
        """Which rows count."""
        return self.falls_into(span) & self.where(span)

    def rows(self, span: Span, kind: str, subject_id: int) -> QuerySet[Any]:
        """The rows that count for one who is scored."""
        source = self.source
        found: QuerySet[Any] = source.rows().alias(**source.asked).filter(self.condition(span))
        return found.filter(source.whose(kind, span), **{source.of[kind]: subject_id})
