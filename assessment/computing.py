"""Working a period out: from the roll-up to every score, without writing anything."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.timezone import make_aware

from assessment.countables import Limit, Span
from assessment.indicators import INDICATORS
from assessment.kinds import COLUMN, scored
from assessment.models import CorrectedPoints, Exemption, Period, TypedPoints
from assessment.scoring import Result, Rules, ranks_of, rules_of, score_of
from assessment.tally import Tally, Value, tally, value_of_nothing

# A step writes its row's moment before it commits; none takes so long.
SETTLED = timedelta(minutes=1)


class Scored(NamedTuple):
    """One who is scored: the id of person, organisation or area, the score and the rank among their like."""

    whose: int
    result: Result
    rank: int | None


def span_of(period: Period, known_until: datetime) -> Span:
    """The period's days where the district is; of one that goes on, as far as is known."""
    start = make_aware(datetime.combine(period.first_day, time.min))
    return Span(start, min(end_of(period), known_until), known_until)


def end_of(period: Period) -> datetime:
    """When the period's last day is over."""
    return make_aware(datetime.combine(period.last_day + timedelta(days=1), time.min))


def asked_at(period: Period) -> datetime:
    """When its scores were asked for: what is exempted while they are computed is in none of them."""
    assert period.known_until is not None
    return period.known_until + SETTLED


def results_of(
    period: Period,
    known_until: datetime,
    exempted_until: datetime | None = None,
    only: int | None = None,
    *,
    rules: Rules | None = None,
) -> list[Scored]:
    """Every score of a period by what was known before a moment; `exempted_until` leaves out what was corrected later.

    `only` counts for one who is scored alone; the others' scores and all ranks are worth nothing then. `rules` are
    others than those of the period's version.
    A query for each source that is counted, and one for each exemption.
    """
    kind, rules = period.scheme.kind, rules or rules_of(period.version)
    counted = tally_of(period, rules, known_until, exempted_until, only)
    typed = _typed(period, exempted_until)
    levels = scored(kind, period.first_day, period.last_day, set(counted) | set(typed))
    found = {whose: score_of(rules, counted.get(whose, {}), typed.get(whose)) for whose in levels}
    ranks: dict[int, int] = {}
    for level in set(levels.values()):
        ranks |= ranks_of((whose, found[whose].points) for whose in levels if levels[whose] == level)
    return [Scored(whose, found[whose], ranks.get(whose)) for whose in sorted(found)]


def tally_of(
    period: Period,
    rules: Rules,
    known_until: datetime,
    exempted_until: datetime | None = None,
    only: int | None = None,
    *,
    limit: Limit | None = None,
) -> Tally:
    """What is counted in a period, without what was exempted on appeal; `limit` as a what-if asks."""
    kind, span = period.scheme.kind, replace(span_of(period, known_until), limit=limit)
    codes = [code for code in rules.indicators if kind in INDICATORS[code].kinds]
    counted = tally(kind, codes, span, whose=only)
    column = COLUMN[kind]
    exempt = Exemption.objects.filter(indicator__in=codes, **{f"{column}__isnull": False})
    if exempted_until is not None:
        exempt = exempt.filter(at__lt=exempted_until)
    for whose, case_id, code in exempt.values_list(column, "case_id", "indicator"):
        if whose in counted:
            _leave_out(counted[whose], tally(kind, [code], span, case_id, whose).get(whose), code)
    return counted


def _leave_out(values: dict[str, Value], exempted: dict[str, Value] | None, code: str) -> None:
    if exempted is None:
        return
    whole, part = values.get(code, value_of_nothing(code)), exempted[code]
    values[code] = Value(
        whole.numerator - part.numerator,
        None if whole.denominator is None else whole.denominator - (part.denominator or 0),
    )


def _typed(period: Period, corrected_until: datetime | None) -> dict[int, dict[int, Decimal]]:
    column = COLUMN[period.scheme.kind]
    found: dict[int, dict[int, Decimal]] = {}
    given = TypedPoints.objects.filter(period=period)
    corrected = CorrectedPoints.objects.filter(score__period=period).order_by("pk")
    if corrected_until is not None:
        corrected = corrected.filter(at__lt=corrected_until)
    for whose, item, points in (
        *given.values_list(column, "item_id", "points"),
        *corrected.values_list(f"score__{column}", "item_id", "points"),
    ):
        found.setdefault(whose, {})[item] = points
    return found
