"""From values to points, from points to a score, from a score to a level: arithmetic alone, nothing is read or written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from assessment.models import SchemeVersion, Way
from assessment.tally import Value, value_of_nothing

ZERO, HUNDRED = Decimal(0), Decimal(100)
_CENT, _FINE = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True)
class Item:
    """What counts with which weight in percent; `bands` are (from, points), lowest first."""

    pk: int
    indicator: str
    way: str
    weight: Decimal
    bands: Sequence[tuple[Decimal, Decimal]] = ()


@dataclass(frozen=True)
class Extra:
    """A bonus or deduction: points for each one counted, at most `cap` of them."""

    pk: int
    indicator: str
    each: Decimal
    cap: Decimal


@dataclass(frozen=True)
class Rules:
    """What a version of a scheme says; `levels` are (from, id), best first."""

    items: Sequence[Item]
    extras: Sequence[Extra] = ()
    levels: Sequence[tuple[Decimal, int]] = ()

    @property
    def indicators(self) -> set[str]:
        counted = {item.indicator for item in self.items if item.indicator}
        return counted | {extra.indicator for extra in self.extras}


@dataclass(frozen=True)
class Part:
    """What one item or extra came to; `points` is None where it does not apply, `weight` is after sharing out."""

    of: Item | Extra
    value: Value | None
    points: Decimal | None
    weight: Decimal = ZERO


@dataclass(frozen=True)
class Result:
    """A score with its parts; `points` is None where nothing applied."""

    points: Decimal | None
    level: int | None
    parts: Sequence[Part] = field(default_factory=tuple)


def rules_of(version: SchemeVersion) -> Rules:
    """A version's rows as rules; four queries."""
    bands: dict[int, list[tuple[Decimal, Decimal]]] = {}
    for item in version.items.prefetch_related("bands"):
        bands[item.pk] = [(band.at_least, band.points) for band in item.bands.all()]
    return Rules(
        [Item(i.pk, i.indicator, i.way, i.weight, tuple(bands[i.pk])) for i in version.items.all()],
        [Extra(a.pk, a.indicator, a.each, a.cap) for a in version.adjustments.all()],
        [(level.at_least, level.pk) for level in version.levels.all()],
    )


def score_of(rules: Rules, values: Mapping[str, Value], typed: Mapping[int, Decimal] | None = None) -> Result:
    """The score of one who is scored: `values` by indicator, `typed` points by item.

    What does not apply leaves its weight to the rest, in proportion. Of whom nothing at all was counted or typed in there
    is no score: a count of nothing says neither good nor bad. Rounded half up to two places, once, at the end.
    """
    values = {code: values.get(code, value_of_nothing(code)) for code in rules.indicators}
    is_anything = typed or any(value.numerator or value.denominator for value in values.values())
    points = {item.pk: _points_of(item, values, typed or {}) if is_anything else None for item in rules.items}
    applicable = sum((item.weight for item in rules.items if points[item.pk] is not None), ZERO)
    parts = [
        Part(
            item,
            values.get(item.indicator) if item.way != Way.TYPED else None,
            points[item.pk],
            item.weight / applicable * HUNDRED if points[item.pk] is not None else ZERO,
        )
        for item in rules.items
    ]
    extras = [_extra_part(extra, values) for extra in rules.extras]
    if not applicable:
        return Result(None, None, (*parts, *extras))
    whole = sum(
        (part.points * part.weight / HUNDRED for part in parts if part.points is not None), ZERO
    ) + sum((part.points for part in extras if part.points), ZERO)
    rounded = min(max(whole, ZERO), HUNDRED).quantize(_CENT, ROUND_HALF_UP)
    return Result(rounded, level_of(rules, rounded), (*parts, *extras))


def level_of(rules: Rules, points: Decimal) -> int | None:
    """The id of the level that so many points reach."""
    return next((pk for at_least, pk in rules.levels if points >= at_least), None)


def ranks_of(points: Iterable[tuple[int, Decimal | None]]) -> dict[int, int]:
    """Id → rank, best first; who has the same points has the same rank, and who has none has no rank."""
    ranked: dict[int, int] = {}
    last: Decimal | None = None
    rank = 0
    scored = sorted(
        ((score, pk) for pk, score in points if score is not None), key=lambda each: (-each[0], each[1])
    )
    for place, (score, pk) in enumerate(scored, 1):
        if score != last:
            rank, last = place, score
        ranked[pk] = rank
    return ranked


def _points_of(item: Item, values: Mapping[str, Value], typed: Mapping[int, Decimal]) -> Decimal | None:
    if item.way == Way.TYPED:
        return typed.get(item.pk)
    value = values[item.indicator].value
    if value is None:
        return None
    match item.way:
        case Way.VALUE:
            found = value * HUNDRED
        case Way.INVERSE:
            found = (1 - value) * HUNDRED
        case _:
            found = next((points for at_least, points in reversed(item.bands) if value >= at_least), ZERO)
    return min(max(found, ZERO), HUNDRED).quantize(_FINE, ROUND_HALF_UP)


def _extra_part(extra: Extra, values: Mapping[str, Value]) -> Part:
    value = values[extra.indicator]
    counted = value.value or ZERO
    found = min(max(extra.each * counted, -extra.cap), extra.cap)
    # Of a deduction for nothing, 0 and not -0: the two are told apart where a score is compared with its parts as text.
    return Part(extra, value, found.quantize(_FINE, ROUND_HALF_UP) + ZERO)
