"""Scores: the rankings of a period, and one's own."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessment.choosing import Chosen, choose
from assessment.kinds import AREAS, ORGANISATIONS, PEOPLE
from assessment.models import Period, PeriodState, Score
from assessment.models.period import SHOWN
from assessment.permissions import can_run_assessment, can_see_scores, scores_seen_by
from assessment.ranks import (
    as_now,
    levels_of,
    period_before,
    ranked,
    reaching,
    shares_of,
    tier_of,
)
from gridgov.errors import NotFoundForYou
from gridgov.views.home import home_of, layout_of
from grids.models import AreaLevel
from grids.requests import StaffRequest

ROWS_A_PAGE = 50


@require_safe
def score_list(request: StaffRequest) -> HttpResponse:
    """The ranking of a scheme in a period, as much of it as the person sees: `?scheme=&period=&tier=&level=&q=&page=`."""
    user = request.user
    chosen = choose(user, request.GET.dict())
    # Whoever has neither a post nor a score of theirs is a stranger here.
    if not chosen.schemes and not can_see_scores(user):
        raise NotFoundForYou("scores")
    runs = can_run_assessment(user)
    context: dict[str, Any] = {
        "chosen": chosen,
        "here": reverse("assessment:score_list"),
        "layout": layout_of(request),
        "home": home_of(user),
        "runs": runs,
        "has_map": chosen.scheme is not None and chosen.scheme.kind in AREAS,
        "list_url": chosen.url(reverse("assessment:score_list")),
        "map_url": chosen.url(reverse("assessment:score_map")),
    }
    if chosen.period and chosen.period.state != PeriodState.OPEN:
        seen = chosen.period.scores.filter(scores_seen_by(user))
        context |= ranking(request, chosen, seen, shown_only=not runs)
    return render(request, "assessment/score_list.html", context)


def ranking(
    request: Any, chosen: Chosen, scores: QuerySet[Score], *, shown_only: bool, path: str = ""
) -> dict[str, Any]:
    """What a page shows of those scores of the chosen period: levels, how many reached each, one page of rows."""
    period, asked = chosen.period, request.GET
    assert period is not None
    path = path or request.path
    levels = levels_of(period)
    found = as_now(scores.order_by())
    tiers = _tiers(period, scores)
    tier = _asked_tier(tiers, asked.get("tier", ""))
    if tier is not None:
        found = found.filter(**{tier_of(period.scheme.kind): tier})
    if words := asked.get("q", "").strip()[:60]:
        found = found.filter(_named(period.scheme.kind, words))
    shares = shares_of(found, levels)
    level = next((each for each in levels if each.letter == asked.get("level")), None)
    if level:
        found = found.filter(reaching(levels, level))
    page = Paginator(in_order(found), ROWS_A_PAGE).get_page(asked.get("page"))
    before = period_before(period, shown_only=shown_only)
    picks = {"tier": "" if tier is None else tier, "q": words}
    return {
        "page": page,
        "rows": ranked(period, page.object_list, levels, before),
        "before": before,
        "levels": levels,
        "level": level,
        "words": words,
        "shares": [
            {
                "level": share.level,
                "count": share.count,
                "url": chosen.url(path, **picks, level=share.level.letter) if share.level else "",
                "current": share.level is not None and share.level == level,
            }
            for share in shares
        ],
        "everybody": sum(share.count for share in shares),
        "all_url": chosen.url(path, **picks),
        "tiers": [
            {
                "label": AreaLevel(each).label,
                "url": chosen.url(path, tier=each),
                "current": each == tier,
            }
            for each in tiers
        ],
        "tier": tier,
        "is_published": period.state in SHOWN,
    }


def in_order(scores: QuerySet[Any]) -> QuerySet[Any]:
    """Best first, who has no score last, with whose they are."""
    return scores.select_related("user", "organisation__area", "area__parent", "period__scheme").order_by(
        F("points_now").desc(nulls_last=True), "pk"
    )


def _tiers(period: Period, scores: QuerySet[Score]) -> list[int]:
    column = tier_of(period.scheme.kind)
    if not column:
        return []
    return list(scores.order_by(column).values_list(column, flat=True).distinct())


def _asked_tier(tiers: list[int], asked: str) -> int | None:
    if not tiers:
        return None
    return int(asked) if asked in map(str, tiers) else tiers[0]


def _named(kind: str, words: str) -> Q:
    if kind in PEOPLE:
        return Q(user__display_name__icontains=words) | Q(user__username__icontains=words)
    if kind in ORGANISATIONS:
        return Q(organisation__name__icontains=words) | Q(organisation__short_name__icontains=words)
    return Q(area__name__icontains=words) | Q(area__parent__name__icontains=words)


@require_safe
def my_scores(request: StaffRequest) -> HttpResponse:
    """The newest published score of each scheme that the person is scored by; with one alone, its page."""
    newest = (
        Score.objects.filter(user=request.user, period__state__in=SHOWN)
        .order_by("period__scheme_id", "-period__last_day")
        .distinct("period__scheme_id")
    )
    scores = list(as_now(Score.objects.filter(pk__in=newest.values("pk"))).select_related("period__scheme"))
    if len(scores) == 1:
        return redirect("assessment:score_detail", scores[0].pk)
    rows = [
        (standing, standing.score.period)
        for score in scores
        for standing in ranked(score.period, [score], levels_of(score.period))
    ]
    context = {
        "rows": rows,
        "layout": layout_of(request),
        "home": home_of(request.user),
        "more": can_see_scores(request.user),
    }
    return render(request, "assessment/my_scores.html", context)
