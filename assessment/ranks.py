"""Scores of one page as they are now: with what was corrected, ranks, and the change since the period before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When

from assessment.kinds import ORGANISATIONS
from assessment.models import Correction, Level, Period, Score
from assessment.models.period import SHOWN
from assessment.scoring import ranks_of

Subject = tuple[int | None, int | None, int | None]


@dataclass(frozen=True)
class Ranked:
    """One score as it is now; what it was `before` is of the period before, None where there is none."""

    score: Score
    points: Decimal | None
    level: Level | None
    rank: int | None
    is_corrected: bool
    points_before: Decimal | None = None
    rank_before: int | None = None

    @property
    def points_change(self) -> Decimal | None:
        if self.points is None or self.points_before is None:
            return None
        return self.points - self.points_before

    @property
    def rank_change(self) -> int | None:
        """Places gained; below 0, lost."""
        return None if self.rank is None or self.rank_before is None else self.rank_before - self.rank


@dataclass(frozen=True)
class Share:
    """How many reached a level; None stands for those without a score."""

    level: Level | None
    count: int


def as_now(scores: QuerySet[Score]) -> QuerySet[Any]:
    """Each with `points_now`, corrected or not, and `correction_id` of the last correction."""
    last = Correction.objects.filter(score=OuterRef("pk")).order_by("-pk")
    return scores.annotate(
        correction_id=Subquery(last.values("pk")[:1]),
        points_now=Case(
            When(correction_id=None, then=F("points")), default=Subquery(last.values("points_after")[:1])
        ),
    )


def tier_of(kind: str) -> str:
    """The column of the level within which one is ranked; "" where all are of one."""
    return "organisation__level" if kind in ORGANISATIONS else ""


def levels_of(period: Period) -> list[Level]:
    """Best first."""
    return list(period.version.levels.order_by("-at_least"))


def level_at(levels: Iterable[Level], points: Decimal | None) -> Level | None:
    """The level that so many points reach, of levels that stand best first."""
    if points is None:
        return None
    return next((level for level in levels if points >= level.at_least), None)


def reaching(levels: Sequence[Level], level: Level) -> Q:
    """The filter of the scores at a level, by `points_now`."""
    above = [each.at_least for each in levels if each.at_least > level.at_least]
    found = Q(points_now__gte=level.at_least)
    return found & Q(points_now__lt=min(above)) if above else found


def shares_of(scores: QuerySet[Any], levels: Sequence[Level]) -> list[Share]:
    """How many of `as_now` scores are at each level, best first, and how many have none; one query."""
    counts = scores.aggregate(
        none=Count("pk", filter=Q(points_now=None)),
        **{f"n{level.pk}": Count("pk", filter=reaching(levels, level)) for level in levels},
    )
    found = [Share(level, counts[f"n{level.pk}"]) for level in levels]
    return [*found, Share(None, counts["none"])]


def ranked(
    period: Period, scores: Iterable[Any], levels: Sequence[Level], before: Period | None = None
) -> list[Ranked]:
    """`as_now` scores of a period with their ranks, and how they stood in the period `before`; at most five queries."""
    scores = list(scores)
    ranks = ranks_now(period)
    earlier = _earlier(before, scores) if before else {}
    ranks_before = ranks_now(before) if before and earlier else {}
    found = []
    for score in scores:
        then = earlier.get(_subject(score))
        found.append(
            Ranked(
                score,
                score.points_now,
                level_at(levels, score.points_now),
                ranks.get(score.pk) if ranks else score.rank,
                score.correction_id is not None,
                then.points_now if then else None,
                (ranks_before.get(then.pk) if ranks_before else then.rank) if then else None,
            )
        )
    return found


def ranked_with(score: Score) -> int:
    """Of how many a score's rank is: all who have points, at its level."""
    tier = tier_of(score.period.scheme.kind)
    alike = {tier: score.organisation.level} if tier and score.organisation else {}
    return int(as_now(score.period.scores.filter(**alike)).exclude(points_now=None).count())


def period_before(period: Period, *, shown_only: bool = True) -> Period | None:
    """The scheme's last period before this one that has scores."""
    found = Period.objects.filter(
        scheme=period.scheme_id, last_day__lt=period.first_day, computed_at__isnull=False
    )
    if shown_only:
        found = found.filter(state__in=SHOWN)
    return found.select_related("scheme", "version").order_by("-last_day").first()


def of_the_same(score: Score) -> Q:
    """The filter of the scores of whose this one is."""
    return Q(user=score.user_id, organisation=score.organisation_id, area=score.area_id)


def _earlier(before: Period, scores: Sequence[Score]) -> dict[Subject, Any]:
    same = Q(pk__in=[])
    for column in ("user_id", "organisation_id", "area_id"):
        if ids := [found for score in scores if (found := getattr(score, column))]:
            same |= Q(**{f"{column}__in": ids})
    return {_subject(score): score for score in as_now(before.scores.filter(same))}


def _subject(score: Score) -> Subject:
    return score.user_id, score.organisation_id, score.area_id


def ranks_now(period: Period) -> dict[int, int]:
    """Id → rank of all who have points; empty where nothing was corrected, and the ranks are as published."""
    if not Correction.objects.filter(score__period=period).exists():
        return {}
    by_tier: dict[int, list[tuple[int, Decimal | None]]] = {}
    rows = as_now(period.scores.order_by())
    for pk, points, tier in rows.values_list("pk", "points_now", tier_of(period.scheme.kind) or "period_id"):
        by_tier.setdefault(tier, []).append((pk, points))
    return {pk: rank for found in by_tier.values() for pk, rank in ranks_of(found).items()}
