"""Published scores of areas and units for everybody: no people, ever."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessment.choosing import choose_public
from assessment.kinds import AREAS
from assessment.models import Score
from assessment.permissions import scores_seen_by_all
from assessment.ranks import as_now
from assessment.score_page import trend_of
from assessment.views.score_detail import drawn, page_of
from assessment.views.score_list import ranking
from assessment.views.score_map import drawn_map
from gridgov.errors import NotFoundForYou

_SEEN = scores_seen_by_all()


@login_not_required
@require_safe
def open_scores(request: HttpRequest) -> HttpResponse:
    """The ranking of a public scheme in a published period, and for areas the map: `?scheme=&period=&show=map`."""
    chosen = choose_public(request.GET.dict())
    here = reverse("assessment:open_scores")
    has_map = chosen.scheme is not None and chosen.scheme.kind in AREAS
    show_map = has_map and request.GET.get("show") == "map"
    context: dict[str, Any] = {
        "chosen": chosen,
        "here": here,
        "has_map": has_map,
        "show_map": show_map,
        "list_url": chosen.url(here),
        "map_url": chosen.url(here, show="map"),
    }
    if chosen.period:
        scores = chosen.period.scores.filter(_SEEN)
        context |= (
            drawn_map(request, chosen, scores)
            if show_map
            else ranking(request, chosen, scores, shown_only=True)
        )
    return render(request, "assessment/open_scores.html", context)


@login_not_required
@require_safe
def open_score(request: HttpRequest, score_id: int) -> HttpResponse:
    """One score with what it was made of; the cases behind it are for those who work with them."""
    score = (
        as_now(Score.objects.filter(_SEEN, pk=score_id))
        .select_related("period__scheme", "period__version", "user", "organisation__area", "area__parent")
        .first()
    )
    if score is None:
        raise NotFoundForYou("score")
    trend = trend_of(score, _SEEN)
    context = page_of(score, shown_only=True)
    context |= {
        "corrections": score.corrections.order_by("-pk"),
        "trend": list(reversed(trend)),
        "drawing": drawn(trend, context["levels"], "assessment:open_score"),
        "list_url": f"{reverse('assessment:open_scores')}?scheme={score.period.scheme.code}&period={score.period.pk}",
    }
    return render(request, "assessment/open_score.html", context)
