"""The figures: added up from the roll-up in two queries, in slices that add up to the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessment.figures.measures import Figures, aggregates
from assessment.figures.question import Question
from assessment.models import CaseFact
from cases.models import CaseClass, Channel, MajorClass
from cases.permissions import AREA_FIELD
from gridgov import clock
from grids.models import Area, AreaLevel, Organisation

# More slices than these in one table are "other" together.
MOST_SLICES = 12
# What lies below an area in a drill-down; a street's sub-district areas are passed over.
BELOW: dict[AreaLevel | None, AreaLevel] = {
    None: AreaLevel.DISTRICT,
    AreaLevel.DISTRICT: AreaLevel.STREET,
    AreaLevel.STREET: AreaLevel.COMMUNITY,
    AreaLevel.SUBDISTRICT: AreaLevel.COMMUNITY,
    AreaLevel.COMMUNITY: AreaLevel.GRID,
}
_LACKING = {AreaLevel.STREET: "street", AreaLevel.COMMUNITY: "community", AreaLevel.GRID: "grid"}


@dataclass
class Slice:
    """A part of the whole: `narrow` picks its cases in a list, `drill` in the figures ({} where it goes no deeper)."""

    label: str
    figures: Figures = field(default_factory=Figures)
    narrow: dict[str, str] = field(default_factory=dict)
    drill: dict[str, str] = field(default_factory=dict)


@dataclass
class Answer:
    """Everything that one page of figures shows."""

    question: Question
    total: Figures
    time: list[Slice]
    # Weekday 1 to 7, hour 0 to 23 → figures; what is missing is nothing.
    hours: dict[tuple[int, int], Figures]
    slices: list[Slice]


class _Way(NamedTuple):
    """A way to slice: the column, what stands for it in an address, the lists' filters for the rest."""

    column: str
    name: str
    lacking: str
    beyond: str


def answer_of(question: Question) -> Answer:
    """Add up what is asked for; two queries, and one for names."""
    facts, counted = question.facts.order_by(), aggregates(clock.now())
    total = Figures()
    days: dict[date, Figures] = {}
    hours: dict[tuple[int, int], Figures] = {}
    for row in facts.values("day", "hour").annotate(**counted):
        found = Figures.of_row(row)
        total += found
        _into(days, row["day"], found)
        _into(hours, (row["day"].isoweekday(), row["hour"]), found)
    time = _over_time(question, days)
    slices = time if question.by == "time" else _slices(question, facts, counted)
    return Answer(question, total, time, hours, slices)


def slices_of(question: Question) -> list[Slice]:
    """The slices alone; a query, and one for names."""
    return _slices(question, question.facts.order_by(), aggregates(clock.now()))


def total_of(question: Question) -> Figures:
    """The whole alone; a query."""
    return Figures.of_row(question.facts.order_by().aggregate(**aggregates(clock.now())))


def _into(found: dict[Any, Figures], key: Any, figures: Figures) -> None:
    found.setdefault(key, Figures()).__iadd__(figures)


# Over time


def _over_time(question: Question, days: Mapping[date, Figures]) -> list[Slice]:
    """A slice for each day, week or month of the span, those without cases too; cut where the span is."""
    found: list[Slice] = []
    begin = question.since
    while begin <= question.until:
        following = _next(begin, question.step)
        end = min(following - timedelta(1), question.until)
        span = {"since": begin.isoformat(), "until": end.isoformat()}
        figures = Figures()
        for n in range((end - begin).days + 1):
            if there := days.get(begin + timedelta(n)):
                figures += there
        drill = {**span, "step": "day"} if question.step != "day" else {}
        found.append(Slice(_words(begin, end, question.step), figures, span, drill))
        begin = following
    return found


def _next(day: date, step: str) -> date:
    if step == "day":
        return day + timedelta(1)
    if step == "week":
        return day + timedelta(8 - day.isoweekday())
    return (day.replace(day=1) + timedelta(32)).replace(day=1)


def _words(begin: date, end: date, step: str) -> str:
    if step == "day":
        return begin.isoformat()
    if step == "month":
        return f"{begin:%Y-%m}"
    return f"{begin.isoformat()} – {end:%m-%d}"


# By area, class, unit, channel


def _slices(question: Question, facts: QuerySet[CaseFact], counted: Mapping[str, Any]) -> list[Slice]:
    way = way_of(question)
    if way is None:
        return []
    rows = facts.values(way.column).annotate(**counted)
    found = {row[way.column]: Figures.of_row(row) for row in rows}
    without = found.pop(None, None)
    ranked = sorted(
        found, key=lambda key: (-found[key].counts[question.measure], -found[key].counts["reported"], key)
    )
    most = len(ranked) if question.all or len(ranked) <= MOST_SLICES else MOST_SLICES - 1
    named = _names(way, ranked[:most])
    slices = []
    for key in ranked[:most]:
        code, label = named.get(key, (str(key), str(key)))
        narrow = {way.name: code}
        slices.append(Slice(label, found[key], narrow, narrow if _goes_deeper(question, way) else {}))
    if rest := ranked[most:]:
        other = Slice(
            _("Other (%(n)d)") % {"n": len(rest)},
            narrow={way.beyond: ",".join(named.get(key, (str(key),))[0] for key in ranked[:most])},
        )
        for key in rest:
            other.figures += found[key]
        slices.append(other)
    if without:
        slices.append(Slice(_without_words(way), without, {"without": way.lacking}))
    return slices


def way_of(question: Question) -> _Way | None:
    """How the question slices; None for a grid, which has no areas below."""
    match question.by:
        case "area":
            level = AreaLevel(question.area.level) if question.area else None
            below = BELOW.get(level)
            if below is None:
                return None
            return _Way(AREA_FIELD[below], "area", _LACKING.get(below, ""), "not_area")
        case "class" if question.major:
            return _Way("case_class_id", "case_class", "class", "not_class")
        case "class":
            return _Way("major_id", "major", "class", "not_major")
        case "unit":
            return _Way("unit_id", "unit", "unit", "not_unit")
    return _Way("channel", "channel", "", "")


def _goes_deeper(question: Question, way: _Way) -> bool:
    return way.name in ("area", "major") or (way.name == "unit" and question.unit is None)


def _without_words(way: _Way) -> str:
    return {
        "street": _("In no street"),
        "community": _("In no community"),
        "grid": _("In no grid"),
        "class": _("Without a class"),
        "unit": _("Without a unit"),
    }[way.lacking]


def _names(way: _Way, keys: Iterable[Any]) -> dict[Any, tuple[str, str]]:
    """Key → what stands for it in an address, and its name; one query, none for channels."""
    if way.name == "channel":
        return {key: (key, str(Channel(key).label)) for key in keys}
    model: Any = {
        "area": Area,
        "major": MajorClass,
        "case_class": CaseClass,
        "unit": Organisation,
    }[way.name]
    coded = way.name in ("area", "unit")
    return {
        pk: (str(each.code) if coded else str(pk), str(each))
        for pk, each in model.objects.in_bulk(list(keys)).items()
    }
