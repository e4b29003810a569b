"""Scores: the rankings of a period, and one's own."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessment.choosing import Chosen, choose
from assessment.kinds import AREAS, ORGANISATIONS, PEOPLE, Kind
from assessment.models import Period, PeriodState, Score
from assessment.models.period import SHOWN
from assessment.permissions import can_run_assessment, can_see_scores, own_scores, scores_seen_by
from assessment.ranks import (
    Ranked,
    as_now,
    levels_of,
    period_before,
    ranked,
    reaching,
    shares_of,
    tier_of,
)
from gridgov.asked import number_asked
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
        own = as_now(seen.filter(own_scores(user))).select_related("user", "organisation", "area")
        context |= ranking(request, chosen, seen, shown_only=not runs, own=list(own))
    return render(request, "assessment/score_list.html", context)


def ranking(
    request: Any,
    chosen: Chosen,
    scores: QuerySet[Score],
    *,
    shown_only: bool,
    path: str = "",
    own: Sequence[Any] = (),
) -> dict[str, Any]:
    """What a page shows of those scores of the chosen period: levels, how many reached each, one page of rows.

    `own` scores of the reader stand above the rows; with nothing else asked for it begins at their level.
    """
    period, asked = chosen.period, request.GET
    assert period is not None
    path = path or request.path
    levels = levels_of(period)
    found = as_now(scores.order_by())
    tiers = _tiers(period, scores)
    tier = _asked_tier(tiers, asked.get("tier", ""), own)
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
        "own": {score.pk for score in own},
        # Above the rows, unless they stand among them.
        "own_rows": ranked(period, own, levels, before)
        if {score.pk for score in own} - {score.pk for score in page.object_list}
        else [],
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


def _asked_tier(tiers: list[int], asked: str, own: Sequence[Any]) -> int | None:
    if not tiers:
        return None
    usual = min((score.organisation.level for score in own), default=tiers[0])
    return int(asked) if asked in map(str, tiers) else usual


def _named(kind: str, words: str) -> Q:
    if kind in PEOPLE:
        return Q(user__display_name__icontains=words) | Q(user__username__icontains=words)
    if kind in ORGANISATIONS:
        return Q(organisation__name__icontains=words) | Q(organisation__short_name__icontains=words)
    return Q(area__name__icontains=words) | Q(area__parent__name__icontains=words)


@require_safe
def my_scores(request: StaffRequest) -> HttpResponse:
    """The newest published scores of the person, of their unit and of the area they answer for; one alone opens itself.

    `?period=`, as a notice asks: the own score of that period, or its ranking for who has none or several in it.
    """
    user = request.user
    shown = Score.objects.filter(own_scores(user), period__state__in=SHOWN)
    asked = number_asked(request.GET.get("period", ""))
    if asked is not None:
        shown = shown.filter(period=asked)
    newest = shown.order_by(
        "period__scheme_id", "user_id", "organisation_id", "area_id", "-period__last_day"
    ).distinct("period__scheme_id", "user_id", "organisation_id", "area_id")
    scores = list(
        as_now(Score.objects.filter(pk__in=newest.values("pk"))).select_related(
            "period__scheme", "period__version", "user", "organisation", "area"
        )
    )
    if len(scores) == 1:
        return redirect("assessment:score_detail", scores[0].pk)
    if asked is not None and (period := Period.objects.filter(pk=asked).select_related("scheme").first()):
        return redirect(ranking_of(period))
    context = {
        "rows": _own_rows(scores),
        "layout": layout_of(request),
        "home": home_of(user),
        "more": can_see_scores(user),
    }
    return render(request, "assessment/my_scores.html", context)


def ranking_of(period: Period) -> str:
    """The address of a period's ranking."""
    asked = urlencode({"scheme": period.scheme.code, "period": period.pk})
    return f"{reverse('assessment:score_list')}?{asked}"


def _own_rows(scores: Iterable[Any]) -> list[Ranked]:
    """Own scores with their ranks and changes, people first as in the choice of schemes."""
    kinds: list[str] = list(Kind)
    by_period: dict[Period, list[Any]] = {}
    for score in sorted(scores, key=lambda each: (kinds.index(each.period.scheme.kind), each.pk)):
        by_period.setdefault(score.period, []).append(score)
    return [
        row
        for period, found in by_period.items()
        for row in ranked(period, found, levels_of(period), period_before(period))
    ]
