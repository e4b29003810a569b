"""The rows behind a number of a score, and as a table: which case, its stage, due and done, and where to look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, FloatField, Model, QuerySet, Sum
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessment.computing import asked_at, span_of
from assessment.countables import (
    ANSWERS,
    DIARY,
    PATROLS,
    PLACES,
    RATINGS,
    REPORTS,
    STAGES,
    SURVEYS,
    WHISTLES,
    Count,
)
from assessment.indicators import INDICATORS
from assessment.indicators.indicator import WORK
from assessment.kinds import COLUMN
from assessment.models import Exemption, Score, StageFact
from assessment.models.stage_fact import stage_name
from assessment.templatetags.scores import plain
from cases.after_close import Satisfaction
from cases.models import Case, Stage
from cases.workflow import Action
from dispatch.models import Operation
from gridgov.counting import percent_of
from gridgov.templatetags.ui import moment
from grids.models import User

# The last: of what is below the line, what does not stand above it, so what a rate lost.
NUMERATOR, DENOMINATOR, REST = "numerator", "denominator", "rest"


@dataclass(frozen=True)
class CountedRows:
    """The rows that one number of a score counts, in the order of their moment, and the cases left out on appeal."""

    count: Count
    rows: QuerySet[Any]
    exempted: QuerySet[Case]

    @property
    def total(self) -> Decimal:
        """What they come to: each 1, or its weight."""
        if self.count.weight is None:
            return Decimal(self.rows.count())
        summed = self.rows.order_by().aggregate(sum=Sum(self.count.weight, default=0))["sum"]
        return Decimal(str(summed))


@dataclass(frozen=True)
class RowShown:
    """One row: what it is called, where it opens ("" where the person may not look), and its cells."""

    name: str
    note: str
    url: str
    # Each with its heading, which stands beside it where the table is too narrow for columns.
    cells: list[tuple[str | Promise, str]]
    # The case's id, where it is one.
    case: int | None = None


@dataclass(frozen=True)
class _Table:
    headings: Sequence[str | Promise]
    related: Sequence[str]
    cells: Callable[[Any, datetime], list[str]]
    # The row of the case's timeline to look at.
    seq: Callable[[Any], int] = lambda _row: 1


def counted_rows(score: Score, code: str, which: str = NUMERATOR) -> CountedRows:
    """The rows of an indicator's numerator or denominator as the score is now, corrected or not.

    Raises KeyError for an indicator that there is not, ValueError for a denominator where a count has none and for a
    rest where there is none.
    """
    period, kind = score.period, score.period.scheme.kind
    assert period.known_until is not None
    indicator = INDICATORS[code]
    count = indicator.numerator_of(kind) if which == NUMERATOR else indicator.denominator
    if count is None or (which == REST and not has_rest(code, kind)):
        raise ValueError(code)
    span, whose = span_of(period, period.known_until), getattr(score, COLUMN[kind])
    rows = count.rows(span, kind, whose)
    if which == REST:
        rows = rows.exclude(pk__in=indicator.numerator_of(kind).rows(span, kind, whose).values("pk"))
    exempted = (
        Case.objects.filter(pk__in=_exempted(score, code)) if count.source.case else Case.objects.none()
    )
    if count.source.case:
        rows = rows.exclude(**{f"{count.source.case}__in": exempted.values("pk")})
    if count.weight is not None:
        rows = rows.annotate(counts_as=Cast(count.weight, FloatField()))
    return CountedRows(count, rows.order_by(F(count.moment).asc(), "pk"), exempted)


def has_rest(code: str, kind: str) -> bool:
    """Whether a rate is a number of rows out of a number of the same, so that the others can be told."""
    indicator = INDICATORS[code]
    above, below = indicator.numerator_of(kind), indicator.denominator
    return (
        below is not None and above.source is below.source and above.weight is None and below.weight is None
    )


def table_of(
    found: CountedRows, rows: Iterable[Any], user: User, known_until: datetime
) -> tuple[list[str | Promise], list[RowShown]]:
    """Headings and rows of one page; two queries."""
    source = found.count.source
    table = _TABLES[source.name]
    page = list(_with(rows, table.related))
    weighted = found.count.weight is not None
    is_open = _opening(source.name, page, user)
    headings = [*table.headings, *([gettext_lazy("Counts as")] if weighted else [])]
    shown = []
    for row in page:
        cells = [*table.cells(row, known_until), *([plain(row.counts_as)] if weighted else [])]
        shown.append(
            RowShown(
                *_named(source.name, row, is_open, table.seq(row)),
                list(zip(headings, cells, strict=True)),
                row.case_id if source.case else None,
            )
        )
    return [_FIRST[source.name], *headings], shown


def _exempted(score: Score, code: str) -> list[int]:
    """The cases that were exempted when the score was worked out last."""
    column = COLUMN[score.period.scheme.kind]
    found = Exemption.objects.filter(indicator=code, **{column: getattr(score, column)})
    last: datetime | None = score.corrections.order_by("-pk").values_list("at", flat=True).first()
    found = found.filter(at__lte=last) if last else found.filter(at__lt=asked_at(score.period))
    return list(found.values_list("case_id", flat=True))


def _with(rows: Any, related: Sequence[str]) -> Iterable[Any]:
    found: Iterable[Any] = rows.select_related(*related) if related else rows
    return found


def _opening(source: str, rows: Sequence[Any], user: User) -> set[int]:
    """Ids of what of it the person may look at."""
    if source == WHISTLES.name:
        calls = [row.operation_id for row in rows]
        return set(Operation.objects.visible_to(user).filter(pk__in=calls).values_list("pk", flat=True))
    if source in (PATROLS.name, DIARY.name, RATINGS.name, SURVEYS.name):
        return set()
    cases = [row.case_id for row in rows]
    return set(Case.objects.visible_to(user).filter(pk__in=cases).values_list("pk", flat=True))


def _named(source: str, row: Any, is_open: set[int], seq: int) -> tuple[str, str, str]:
    if source == PATROLS.name:
        return str(row.grid), "", ""
    if source == DIARY.name:
        return str(row.area), "", ""
    if source == RATINGS.name:
        return str(row.entry.area), "", ""
    if source == SURVEYS.name:
        return row.response.survey.title, row.question.text, ""
    if source == WHISTLES.name:
        url = reverse("dispatch:operation_detail", args=[row.operation_id])
        return row.operation.title, "", url if row.operation_id in is_open else ""
    case = row.case
    url = f"{reverse('cases:case_detail', args=[case.number])}#row-{seq}"
    return case.number, _name_of(case.case_class), url if case.pk in is_open else ""


def _name_of(thing: Model | None) -> str:
    return str(thing) if thing else ""


def _stage_cells(row: StageFact, known_until: datetime) -> list[str]:
    return [
        stage_name(row.stage),
        moment(row.due_at),
        moment(row.done_at) if _is_known(row, known_until) else "",
        _what_became(row, known_until),
    ]


def _is_known(row: StageFact, known_until: datetime) -> bool:
    return row.ended_at is not None and row.ended_at < known_until


def _what_became(row: StageFact, known_until: datetime) -> str:
    if row.ended_at is None:
        return _("not done")
    if not _is_known(row, known_until):
        return _("not done; what came after the figures were made does not count")
    if row.ended_by not in WORK.get(Stage(row.stage), ()):
        return str(Action(row.ended_by).label)
    if row.due_at is None or row.done_at is None:
        return str(Action(row.ended_by).label)
    when = _("in time") if row.done_at <= row.due_at else _("late")
    return f"{when} · {_what_followed(row, known_until)}" if row.stage == Stage.HANDLING else when


def _what_followed(row: StageFact, known_until: datetime) -> str:
    """What a rate of closed or of rework asks of what was handled."""
    if row.followed_by and row.followed_at and row.followed_at < known_until:
        return str(Action(row.followed_by).label)
    return _("not verified yet")


def _report_cells(row: Any, _known_until: datetime) -> list[str]:
    return [
        row.get_channel_display(),
        moment(row.reported_at),
        moment(row.registered_at or row.settled_at),
        moment(row.refused_at or row.voided_at),
    ]


def _answer_cells(row: Any, _known_until: datetime) -> list[str]:
    said = row.data
    return [
        moment(row.at),
        _("yes") if said.get("contacted") else _("no"),
        _("yes") if said.get("solved") else _("no"),
        str(dict(Satisfaction.choices).get(said.get("satisfied", ""), "–")),
    ]


def _patrol_cells(row: Any, _known_until: datetime) -> list[str]:
    return [row.day.isoformat(), f"{percent_of(row.share)} %"]


def _diary_cells(row: Any, _known_until: datetime) -> list[str]:
    return [moment(row.written_at)]


def _rating_cells(row: Any, _known_until: datetime) -> list[str]:
    return [moment(row.entry.written_at), str(row.rating)]


def _survey_cells(row: Any, _known_until: datetime) -> list[str]:
    return [row.day.isoformat(), str(row.chosen[0])]


def _whistle_cells(row: Any, known_until: datetime) -> list[str]:
    is_known = row.reported_in_told_at is not None and row.reported_in_told_at < known_until
    return [
        moment(row.operation.report_in_by),
        moment(row.reported_in_at) if is_known else _("not reported in"),
    ]


_CASE = gettext_lazy("Case")
_FIRST = {
    **dict.fromkeys((each.name for each in (STAGES, REPORTS, PLACES, ANSWERS)), _CASE),
    PATROLS.name: gettext_lazy("Grid"),
    DIARY.name: gettext_lazy("Area"),
    RATINGS.name: gettext_lazy("Area"),
    SURVEYS.name: gettext_lazy("Survey"),
    WHISTLES.name: gettext_lazy("Operation"),
}
_OF_CASE = ("case__case_class",)
_REPORTS = _Table(
    (
        gettext_lazy("Channel"),
        gettext_lazy("Reported"),
        gettext_lazy("Registered or settled"),
        gettext_lazy("Refused or void"),
    ),
    _OF_CASE,
    _report_cells,
)
_TABLES = {
    STAGES.name: _Table(
        (gettext_lazy("Stage"), gettext_lazy("Due"), gettext_lazy("Done"), gettext_lazy("What became of it")),
        _OF_CASE,
        _stage_cells,
        lambda row: row.ended_seq or row.seq,
    ),
    REPORTS.name: _REPORTS,
    PLACES.name: _REPORTS,
    ANSWERS.name: _Table(
        (
            gettext_lazy("Answered"),
            pgettext_lazy("answer", "Contacted"),
            pgettext_lazy("answer", "Solved"),
            pgettext_lazy("answer", "Satisfied"),
        ),
        _OF_CASE,
        _answer_cells,
        lambda row: row.seq,
    ),
    PATROLS.name: _Table((gettext_lazy("Day"), gettext_lazy("Within sight")), ("grid",), _patrol_cells),
    DIARY.name: _Table((gettext_lazy("Written"),), ("area",), _diary_cells),
    RATINGS.name: _Table((gettext_lazy("Written"), gettext_lazy("Rating")), ("entry__area",), _rating_cells),
    SURVEYS.name: _Table(
        (gettext_lazy("Day"), gettext_lazy("Step of five")), ("response__survey", "question"), _survey_cells
    ),
    WHISTLES.name: _Table(
        (gettext_lazy("Report in by"), gettext_lazy("Reported in")), ("operation",), _whistle_cells
    ),
}
