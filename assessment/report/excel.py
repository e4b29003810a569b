"""A period as an Excel file: the ranking, and every part of every score, from which the ranking's formulas reckon it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.indicators import label_of
from assessment.models import Adjustment, Correction, Period, SchemeItem, Score
from assessment.standings import PartNow, Standing, add_parts, standings_of
from grids.registry_files import Formula

Rows = Iterator[Sequence[Any]]


class _Named(NamedTuple):
    label: str
    weight: Decimal | None


def sheets_of(period: Period, seen: Q, opened: Q) -> list[tuple[str, Rows]] | None:
    """Title and rows of each sheet, of the scores that are `seen`; None where there are none.

    Who corrected them and why is told of those that are `opened` as well.
    """
    standings = standings_of([period], seen)[period.pk]
    if not standings:
        return None
    add_parts(standings)
    named = _names(period)
    title = pgettext("sheet", "Parts")
    return [
        (pgettext("sheet", "Ranking"), _ranking(standings, title)),
        (title, _parts(standings, named)),
        (pgettext("sheet", "Corrections"), _corrections(standings, period.scores.filter(opened))),
    ]


def _ranking(standings: list[Standing], parts: str) -> Rows:
    yield [
        _("Rank"),
        _("Name"),
        pgettext("of a score", "Level"),
        _("Points, reckoned from the parts"),
        _("Points, as kept"),
        _("Corrected"),
    ]
    row = 2
    for each in standings:
        yield [
            each.rank,
            each.name,
            each.level.letter if each.level else None,
            _reckoned(each.parts, parts, row),
            each.points,
            _("yes") if each.is_corrected else None,
        ]
        row += len(each.parts)


def _reckoned(parts: Sequence[PartNow], sheet: str, row: int) -> Formula | None:
    """The score as Excel reckons it: the weights of what applies shared out, then bonuses and deductions, rounded once."""
    items = sum(part.item is not None for part in parts)
    if not items:
        return None
    quoted = "'" + sheet.replace("'", "''") + "'!"
    first, last = row, row + items - 1
    points, weights = (f"{quoted}{column}{first}:{column}{last}" for column in "FG")
    extra = f"+SUM({quoted}F{last + 1}:F{row + len(parts) - 1})" if len(parts) > items else ""
    return Formula(
        f'=IF(SUM({weights})=0,"",ROUND(MIN(100,MAX(0,SUMPRODUCT({points},{weights})/SUM({weights}){extra})),2))'
    )


def _parts(standings: list[Standing], named: dict[tuple[int | None, int | None], _Named]) -> Rows:
    yield [
        _("Name"), _("Indicator"), _("Numerator"), _("Denominator"), _("Value"), _("Points"),
        _("Weight (%), 0 where it does not apply"), _("Weight after sharing out (%)"),
    ]  # fmt: skip
    for each in standings:
        for part in each.parts:
            name = named[part.item, part.adjustment]
            weight = name.weight if part.points is not None else Decimal(0)
            yield [
                each.name, name.label, part.numerator, part.denominator, part.value, part.points,
                weight if part.item else None, part.weight if part.item else None,
            ]  # fmt: skip


def _corrections(standings: list[Standing], opened: QuerySet[Score]) -> Rows:
    yield [
        _("Name"),
        _("When"),
        pgettext("correction", "By"),
        _("Reason"),
        _("Points before"),
        _("Points after"),
    ]
    names = {each.score: each.name for each in standings if each.is_corrected}
    told = Correction.objects.filter(score__in=opened.filter(pk__in=names))
    for correction in told.select_related("by").order_by("pk"):
        yield [
            names[correction.score_id],
            localtime(correction.at).replace(tzinfo=None),
            str(correction.by),
            correction.reason,
            correction.points_before,
            correction.points_after,
        ]


def _names(period: Period) -> dict[tuple[int | None, int | None], _Named]:
    found: dict[tuple[int | None, int | None], _Named] = {}
    for item in SchemeItem.objects.filter(version=period.version_id):
        found[item.pk, None] = _Named(label_of(item), item.weight)
    for extra in Adjustment.objects.filter(version=period.version_id):
        found[None, extra.pk] = _Named(f"{label_of(extra)} ({extra.each:+f})", None)
    return found
