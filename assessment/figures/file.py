"""The figures as tables of a file, in the reader's language."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from assessment.figures.answer import Answer, Slice
from assessment.figures.measures import AVERAGE, BY_NAME, MEASURES, Figures
from assessment.figures.question import WAYS
from cases.api.filters import WEEKDAYS

Rows = Iterator[Sequence[Any]]


def sheets_of(answer: Answer) -> list[tuple[str, Rows]]:
    """Title and rows of each table: the one that is chosen first, then over time and by hour and weekday."""
    question = answer.question
    found = [(str(dict(WAYS)[question.by]), _table(answer, answer.slices))]
    if question.by != "time":
        found.append((str(dict(WAYS)["time"]), _table(answer, answer.time)))
    found.append((_("By hour and weekday"), _hours(answer)))
    return found


def _table(answer: Answer, slices: list[Slice]) -> Rows:
    yield [str(dict(WAYS)[answer.question.by]) if slices is answer.slices else _("Time"), *_headings()]
    for each in slices:
        yield [each.label, *_numbers(each.figures)]
    yield [_("Together"), *_numbers(answer.total)]


def _headings() -> list[str]:
    return [*(str(measure.label) for measure in MEASURES), str(AVERAGE)]


def _numbers(figures: Figures) -> list[Any]:
    return [
        *(figures.counts[measure.name] for measure in MEASURES),
        "" if figures.hours is None else figures.hours,
    ]


def _hours(answer: Answer) -> Rows:
    measure = answer.question.measure
    yield [str(BY_NAME[measure].label), *range(24), _("Together")]
    for weekday, name in WEEKDAYS:
        there = (answer.hours.get((weekday, hour)) for hour in range(24))
        counts = [figures.counts[measure] if figures else 0 for figures in there]
        yield [str(name), *counts, sum(counts)]
