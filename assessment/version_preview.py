"""What a version being written would have made of the last period: its ranking beside the present one; nothing is written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessment.computing import asked_at, results_of
from assessment.kinds import AREAS, COLUMN, ORGANISATIONS
from assessment.models import Period, Scheme
from assessment.scoring import Rules
from assessment.services.periods import is_whole
from grids.models import Area, Organisation, User

SHOWN, MOST_SHOWN = 30, 15
_LOOKED_BACK = 6


@dataclass(frozen=True)
class Place:
    """Rank, points and level of one in a ranking; each None where there is none."""

    rank: int | None
    points: Decimal | None
    letter: str | None


@dataclass(frozen=True)
class Moved:
    """One who is scored, as they stand and as they would stand."""

    whose: Any
    today: Place
    then: Place


@dataclass(frozen=True)
class Preview:
    """The first of the ranking as it would be, whose points would change most, and how many would change rank, or level."""

    period: Period
    scored: int
    ranks_change: int
    levels_change: int
    # Letter, how many have it, how many would.
    levels: Sequence[tuple[str, int, int]]
    first: Sequence[Moved]
    most: Sequence[Moved]


def period_to_compare(scheme: Scheme) -> Period | None:
    """The last computed period of a scheme in which somebody has points, one that is over before one that goes on."""
    found = list(
        scheme.periods.filter(computed_at__isnull=False)
        .select_related("scheme", "version")
        .order_by("-first_day")[:_LOOKED_BACK]
    )
    found.sort(key=lambda period: not is_whole(period))
    with_points = (period for period in found if period.scores.filter(points__isnull=False).exists())
    return next(with_points, found[0] if found else None)


def preview(period: Period, rules: Rules, letters: Mapping[int, str]) -> Preview:
    """The ranking of a computed period under other rules; `letters` are their levels by id.

    Points typed in go with items of the same id. Counted by what was known when the period was computed.
    """
    assert period.known_until is not None
    column = COLUMN[period.scheme.kind]
    rows = period.scores.values_list(column, "rank", "points", "level__letter")
    today = {whose: Place(rank, points, letter) for whose, rank, points, letter in rows}
    nowhere = Place(None, None, None)
    then = {
        each.whose: Place(
            each.rank,
            each.result.points,
            letters[each.result.level] if each.result.level is not None else None,
        )
        for each in results_of(period, period.known_until, asked_at(period), rules=rules)
    }
    everybody = today.keys() | then.keys()
    before, after = (Counter(place.letter for place in places.values()) for places in (today, then))
    known = [letter for letter in dict.fromkeys((*letters.values(), *before)) if letter]
    first = sorted(
        (whose for whose, place in then.items() if place.rank is not None),
        key=lambda whose: (then[whose].rank, whose),
    )[:SHOWN]
    changes = {whose: _change(today.get(whose, nowhere), then.get(whose, nowhere)) for whose in everybody}
    most = sorted(
        (whose for whose in everybody if changes[whose]), key=lambda whose: (-changes[whose], whose)
    )
    named = _named(period.scheme.kind, [*first, *most[:MOST_SHOWN]])

    def moved(ids: Sequence[int]) -> list[Moved]:
        return [Moved(named[whose], today.get(whose, nowhere), then.get(whose, nowhere)) for whose in ids]

    return Preview(
        period,
        len(everybody),
        sum(today.get(whose, nowhere).rank != then.get(whose, nowhere).rank for whose in everybody),
        sum(today.get(whose, nowhere).letter != then.get(whose, nowhere).letter for whose in everybody),
        [(letter, before[letter], after[letter]) for letter in known],
        moved(first),
        moved(most[:MOST_SHOWN]),
    )


def _change(today: Place, then: Place) -> Decimal:
    """By how many points; all of them where there is a score before or after alone."""
    return abs((then.points or Decimal(0)) - (today.points or Decimal(0)))


def _named(kind: str, ids: Sequence[int]) -> dict[int, Any]:
    model: Any = Area if kind in AREAS else Organisation if kind in ORGANISATIONS else User
    found: dict[int, Any] = model.objects.in_bulk(ids)
    return found
