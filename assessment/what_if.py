"""What if: a period scored by other weights, bands, levels or limits; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessment.computing import span_of, tally_of
from assessment.countables import Limit, Span
from assessment.indicators import INDICATORS
from assessment.models import Level, Period
from assessment.scoring import Result, Rules, ranks_of, score_of
from assessment.standings import Standing, add_parts, standings_of
from assessment.tally import Value, value_of_nothing
from cases.models import Stage


@dataclass(frozen=True)
class Compared:
    """One who was scored, as it is and as it would be."""

    standing: Standing
    points: Decimal | None
    rank: int | None
    level: Level | None
    rank_before: int | None

    @property
    def moved(self) -> int | None:
        """Places up if above 0."""
        return None if self.rank is None or self.rank_before is None else self.rank_before - self.rank

    @property
    def gained(self) -> Decimal | None:
        points = self.standing.points
        return None if self.points is None or points is None else self.points - points

    @property
    def changes_colour(self) -> bool:
        before, after = self.standing.level, self.level
        return (before and before.pk) != (after and after.pk)


def compared(period: Period, rules: Rules, limit: Limit | None = None) -> list[Compared]:
    """Everybody scored in a period by other rules beside what stands now, in the order of the new ranking.

    What was counted is taken from the scores themselves, corrected or not; only what another `limit` changes is counted
    anew. Who has the same rules has the same points.
    """
    standings = standings_of([period])[period.pk]
    add_parts(standings)
    levels = {level.pk: level for level in Level.objects.filter(version=period.version_id)}
    indicators = {item.pk: item.indicator for item in rules.items}
    extras = {extra.pk: extra.indicator for extra in rules.extras}
    anew = _counted_anew(period, rules, limit, [each.whose for each in standings]) if limit else {}
    results = {
        each.whose: _result(each, rules, (indicators, extras), anew.get(each.whose, {})) for each in standings
    }
    before = _ranks(standings, {each.whose: each.points for each in standings})
    after = _ranks(standings, {whose: result.points for whose, result in results.items()})
    found = [
        Compared(
            each,
            results[each.whose].points,
            after.get(each.whose),
            levels.get(results[each.whose].level or 0),
            before.get(each.whose),
        )
        for each in standings
    ]
    found.sort(key=lambda each: (each.standing.within, each.rank is None, each.rank or 0, each.standing.name))
    return found


def stages_of(period: Period, rules: Rules) -> list[Stage]:
    """The stages whose limits matter to these rules."""
    return [stage for stage in Stage if _touched(period, rules, Limit(stage, minutes=0))]


def _touched(period: Period, rules: Rules, limit: Limit) -> set[str]:
    """The indicators that another limit changes: those whose conditions it changes."""
    kind = period.scheme.kind
    assert period.known_until is not None
    span = span_of(period, period.known_until)
    return {code for code in rules.indicators if _differs(code, kind, span, replace(span, limit=limit))}


def _differs(code: str, kind: str, span: Span, other: Span) -> bool:
    indicator = INDICATORS[code]
    counts = [indicator.numerator_of(kind), indicator.denominator]
    return any(count is not None and count.where(span) != count.where(other) for count in counts)


def _counted_anew(
    period: Period, rules: Rules, limit: Limit, whose: Collection[int]
) -> dict[int, dict[str, Value]]:
    codes = _touched(period, rules, limit)
    touched = Rules(
        [item for item in rules.items if item.indicator in codes],
        [extra for extra in rules.extras if extra.indicator in codes],
    )
    assert period.known_until is not None
    counted = tally_of(period, touched, period.known_until, limit=limit)
    return {
        each: {code: counted.get(each, {}).get(code, value_of_nothing(code)) for code in codes}
        for each in whose
    }


def _result(
    standing: Standing,
    rules: Rules,
    named: tuple[Mapping[int, str], Mapping[int, str]],
    anew: Mapping[str, Value],
) -> Result:
    items, extras = named
    values: dict[str, Value] = {}
    typed: dict[int, Decimal] = {}
    for part in standing.parts:
        code = items[part.item] if part.item else extras[part.adjustment or 0]
        if code:
            values[code] = Value(part.numerator or Decimal(0), part.denominator)
        elif part.item and part.points is not None:
            typed[part.item] = part.points
    return score_of(rules, {**values, **anew}, typed)


def _ranks(standings: Sequence[Standing], points: Mapping[int, Decimal | None]) -> dict[int, int]:
    found: dict[int, int] = {}
    for within in {each.within for each in standings}:
        found |= ranks_of((each.whose, points[each.whose]) for each in standings if each.within == within)
    return found
