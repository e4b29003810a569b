"""The monthly report of an area: what came in and what became of it, how long it took, who did how well, what was late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.db.models import Q, QuerySet

from assessment.computing import span_of
from assessment.countables import Span
from assessment.figures.answer import Answer, Slice, answer_of, slices_of, total_of
from assessment.figures.measures import Figures
from assessment.figures.question import Question
from assessment.kinds import ORGANISATIONS, Kind
from assessment.late import late_rows
from assessment.models import Correction, Length, Level, Period, PeriodState, SchemeItem, Score
from assessment.models.period import SHOWN
from assessment.permissions import can_run_assessment, scores_opened_by, scores_seen_by
from assessment.report.work import (
    MOST_ROWS,
    Hours,
    Lateness,
    Verdict,
    hours_of,
    lateness_of,
    verdicts_of,
)
from assessment.standings import PartNow, Standing, add_parts, standings_of
from cases.models import CaseEvent
from cases.permissions import lies_in
from gridgov import clock
from grids.models import Area, AreaLevel, User

KINDS = (Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY, Kind.UNIT, Kind.CENTRE)
# Of a longer ranking so many from either end; the file has all.
ENDS = 10


@dataclass
class Row:
    """One line of a ranking: `moved` up since last month if above 0; None where there is nothing to compare."""

    standing: Standing
    moved: int | None
    gained: Decimal | None
    # In the order of the scheme's items.
    values: list[tuple[SchemeItem, PartNow | None]] = field(default_factory=list)


@dataclass
class Ranking:
    """Those of one kind, ranked among those of one level: the best and, of a long one, the last."""

    period: Period
    within: str
    first: list[Row]
    last: list[Row]
    between: int
    ranked: int
    without: int
    items: list[SchemeItem]
    # Of each level of the scheme, best first.
    levels: list[tuple[Level, int]]

    @property
    def rows(self) -> list[Row]:
        return [*self.first, *self.last]


@dataclass
class Report:
    """Everything that the report of an area and a month says."""

    area: Area
    month: date
    until: date
    periods: list[Period]
    span: Span
    answer: Answer
    before: Figures
    classes: list[Slice]
    channels: list[Slice]
    hours: list[Hours]
    lateness: Lateness
    verdicts: list[Verdict]
    rankings: list[Ranking]
    corrections: list[Correction]
    corrected: int
    came_late: list[CaseEvent]
    came_late_in_all: int

    @property
    def is_draft(self) -> bool:
        """Something in it is not published yet."""
        return any(not period.is_shown for period in self.periods)


def months_for(user: User) -> list[date]:
    """The months that somebody may see a report of, newest first: published ones; who runs it, computed ones too."""
    return list(_periods(user).order_by("-first_day").values_list("first_day", flat=True).distinct())


def report_of(user: User, area: Area, month: date) -> Report:
    """The report of an area and one of the person's months; as many queries for any number of cases and scores.

    Raises LookupError for a month of which there are no scores.
    """
    periods = list(_periods(user).filter(first_day=month).select_related("scheme", "version"))
    if not periods:
        raise LookupError(month)
    order = list(KINDS)
    periods.sort(key=lambda period: (order.index(Kind(period.scheme.kind)), period.scheme.code))
    span = _span_of(periods)
    until = periods[0].last_day
    month_before = month - timedelta(days=1)
    scores = Score.objects.filter(seen_within(user, area), period__in=periods)
    opened = scores.filter(scores_opened_by(user))
    corrections = Correction.objects.filter(score__in=opened.values("pk")).order_by("-pk")
    first_made = min(periods, key=lambda period: period.known_until or span.known_until)
    told_late = late_rows(first_made, user).filter(lies_in(area, "case__"))
    return Report(
        area=area,
        month=month,
        until=until,
        periods=periods,
        span=span,
        answer=answer_of(Question(month, min(until, clock.today()), area, by="area", all=True)),
        before=total_of(Question(month_before.replace(day=1), month_before, area)),
        classes=slices_of(Question(month, until, area, by="class")),
        channels=slices_of(Question(month, until, area, by="channel")),
        hours=hours_of(span, area),
        lateness=lateness_of(span, area),
        verdicts=verdicts_of(span, area),
        rankings=_rankings(user, periods, area),
        corrections=list(
            corrections.select_related(
                "by", "score__period__scheme", "score__area", "score__organisation", "score__user"
            )[:MOST_ROWS]
        ),
        corrected=corrections.count(),
        came_late=list(told_late[:MOST_ROWS]),
        came_late_in_all=told_late.count(),
    )


def span_of_month(user: User, month: date) -> Span:
    """How the report of one of the person's months counts; raises LookupError for a month of which there are no scores."""
    periods = list(_periods(user).filter(first_day=month))
    if not periods:
        raise LookupError(month)
    return _span_of(periods)


def _span_of(periods: Sequence[Period]) -> Span:
    known_until = max(period.known_until for period in periods if period.known_until)
    return span_of(periods[0], known_until)


def _periods(user: User) -> QuerySet[Period]:
    states = (*SHOWN, PeriodState.COMPUTED) if can_run_assessment(user) else SHOWN
    return Period.objects.filter(scheme__length=Length.MONTH, scheme__kind__in=KINDS, state__in=states)


def seen_within(user: User, area: Area | None) -> Q:
    """The filter of the scores that a person sees of an area and of the organisations and areas that lie in it."""
    if area is None:
        return scores_seen_by(user)
    within = Q(area__path__startswith=area.path) | Q(organisation__area__path__startswith=area.path)
    return scores_seen_by(user) & within


# Rankings


def _rankings(user: User, periods: Sequence[Period], area: Area) -> list[Ranking]:
    before = _before(user, periods)
    standings = standings_of([*periods, *before.values()], seen_within(user, area))
    items: dict[int, list[SchemeItem]] = {period.version_id: [] for period in periods}
    levels: dict[int, list[Level]] = {period.version_id: [] for period in periods}
    for item in SchemeItem.objects.filter(version__in=items):
        items[item.version_id].append(item)
    for level in Level.objects.filter(version__in=levels).order_by("-at_least"):
        levels[level.version_id].append(level)
    found = []
    for period in periods:
        earlier = before.get(period.pk)
        was = {each.whose: each for each in standings[earlier.pk]} if earlier else {}
        for within, group in groupby(standings[period.pk], attrgetter("within")):
            found.append(
                _ranking(
                    period,
                    within,
                    list(group),
                    was=was,
                    items=items[period.version_id],
                    levels=levels[period.version_id],
                )
            )
    found = [each for each in found if each.ranked]
    shown = [row for ranking in found for row in ranking.rows]
    add_parts(row.standing for row in shown)
    for ranking in found:
        for row in ranking.rows:
            parts = {part.item: part for part in row.standing.parts}
            row.values = [(item, parts.get(item.pk)) for item in ranking.items]
    return found


def _before(user: User, periods: Sequence[Period]) -> dict[int, Period]:
    """Each period's forerunner: of the same scheme, the month before."""
    last_day = periods[0].first_day - timedelta(days=1)
    found = _periods(user).filter(last_day=last_day, scheme__in=[period.scheme_id for period in periods])
    by_scheme = {period.scheme_id: period for period in found}
    return {period.pk: by_scheme[period.scheme_id] for period in periods if period.scheme_id in by_scheme}


def _ranking(
    period: Period,
    within: int,
    standings: list[Standing],
    *,
    was: dict[int, Standing],
    items: list[SchemeItem],
    levels: list[Level],
) -> Ranking:
    rows = [_row(each, was.get(each.whose)) for each in standings if each.rank is not None]
    is_long = len(rows) > 2 * ENDS
    of_level = [(level, sum(row.standing.level == level for row in rows)) for level in levels]
    return Ranking(
        period=period,
        within=str(AreaLevel(within).label) if period.scheme.kind in ORGANISATIONS else "",
        first=rows[:ENDS] if is_long else rows,
        last=rows[-ENDS:] if is_long else [],
        between=len(rows) - 2 * ENDS if is_long else 0,
        ranked=len(rows),
        without=len(standings) - len(rows),
        items=items,
        levels=of_level,
    )


def _row(now: Standing, was: Standing | None) -> Row:
    if was is None or was.rank is None or now.rank is None or was.points is None or now.points is None:
        return Row(now, None, None)
    return Row(now, was.rank - now.rank, now.points - was.points)
