"""Everybody scored in whole periods, as they stand now, and what each score is made of; a few queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q

from assessment.models import Correction, Level, Period, Score, ScorePart
from assessment.ranks import as_now, level_at, ranks_now
from assessment.services.corrections import part_name
from grids.models import Area, Organisation, User


@dataclass(frozen=True)
class PartNow:
    """An item or adjustment of a score as it stands now; `points` None where it does not apply."""

    item: int | None
    adjustment: int | None
    numerator: Decimal | None
    denominator: Decimal | None
    points: Decimal | None
    weight: Decimal

    @property
    def value(self) -> Decimal | None:
        """The count, or the rate from 0 to 1; None where there was nothing to count it of."""
        if self.denominator is None:
            return self.numerator
        return (self.numerator or Decimal(0)) / self.denominator if self.denominator else None


@dataclass
class Standing:
    """One who was scored in a period, as it stands now; ranked among those of the same `within`."""

    score: int
    whose: int
    name: str
    within: int
    points: Decimal | None
    rank: int | None
    level: Level | None
    is_corrected: bool = False
    parts: list[PartNow] = field(default_factory=list)


def standings_of(periods: Collection[Period], narrow: Q | None = None) -> dict[int, list[Standing]]:
    """Period → everybody scored in it, best first, those without a score last.

    `narrow` picks scores; ranks are among all. A query for scores, levels and what was corrected each, one for the names
    of each sort; where something was corrected, two for the ranks of each such period.
    """
    scores = as_now(Score.objects.filter(narrow or Q(), period__in=periods)).order_by()
    rows = list(
        scores.values_list(
            "pk", "period_id", "user_id", "organisation_id", "area_id", "points_now", "correction_id", "rank"
        )
    )
    levels = _levels(periods)
    corrections = Correction.objects.filter(score__period__in=periods).order_by()
    moved = set(corrections.values_list("score__period_id", flat=True).distinct())
    named = _names(rows)
    version = {period.pk: period.version_id for period in periods}
    ranks = {period.pk: ranks_now(period) for period in periods if period.pk in moved}
    found: dict[int, list[Standing]] = {period.pk: [] for period in periods}
    for pk, period, user, organisation, area, points, correction, published in rows:
        rank = ranks[period].get(pk) if period in moved else published
        name, within = named[user, organisation, area]
        level = level_at(levels[version[period]], points)
        whose = user or organisation or area
        found[period].append(Standing(pk, whose, name, within, points, rank, level, correction is not None))
    for standings in found.values():
        standings.sort(key=lambda each: (each.within, each.rank is None, each.rank or 0, each.name))
    return found


def add_parts(standings: Iterable[Standing]) -> None:
    """Fill in what the scores were made of, items before adjustments; two queries."""
    by_score = {each.score: each for each in standings}
    after: dict[int, dict[str, list[str | None]]] = defaultdict(dict)
    for score, parts in (
        Correction.objects.filter(score__in=by_score).order_by("pk").values_list("score_id", "parts_after")
    ):
        after[score] |= parts
    rows = ScorePart.objects.filter(score__in=by_score).order_by("score_id", "adjustment_id", "item_id")
    columns = ("score_id", "item_id", "adjustment_id", "numerator", "denominator", "points", "weight")
    for score, item, adjustment, *kept in rows.values_list(*columns).iterator(chunk_size=5_000):
        corrected = after.get(score, {}).get(part_name(item, adjustment))
        numbers = [each and Decimal(each) for each in corrected] if corrected else kept
        by_score[score].parts.append(PartNow(item, adjustment, *numbers))
    for each in by_score.values():
        each.parts.sort(key=lambda part: (part.item is None, part.item or part.adjustment))


def _levels(periods: Iterable[Period]) -> Mapping[int, list[Level]]:
    """Version → its levels, best first."""
    found: dict[int, list[Level]] = defaultdict(list)
    versions = {period.version_id for period in periods}
    for level in Level.objects.filter(version__in=versions).order_by("-at_least"):
        found[level.version_id].append(level)
    return found


def _names(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[int | None, ...], tuple[str, int]]:
    """Person, organisation, area → the name, and within which level they are ranked."""
    ids: list[set[int]] = [set(), set(), set()]
    for _pk, _period, *whose, _points, _correction, _rank in rows:
        for of, pk in zip(ids, whose, strict=True):
            if pk:
                of.add(pk)
    users, organisations, areas = ids
    found: dict[tuple[int | None, ...], tuple[str, int]] = {}
    if users:
        for user in User.objects.filter(pk__in=users):
            found[user.pk, None, None] = (str(user), 0)
    if organisations:
        for unit in Organisation.objects.filter(pk__in=organisations):
            found[None, unit.pk, None] = (str(unit), unit.level)
    if areas:
        for area in Area.objects.filter(pk__in=areas):
            found[None, None, area.pk] = (str(area), 0)
    return found
