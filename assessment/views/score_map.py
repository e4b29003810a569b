"""The map of the scores of areas."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessment.choosing import Chosen, choose
from assessment.indicators import label_of
from assessment.kinds import AREAS
from assessment.models import PeriodState, SchemeItem, Score
from assessment.models.period import SHOWN
from assessment.permissions import can_see_scores, scores_seen_by
from assessment.ranks import as_now, levels_of
from assessment.score_map import MOST_AREAS, score_map
from gridgov.errors import NotFoundForYou
from gridgov.views.home import home_of, layout_of
from grids.models import Area, AreaLevel
from grids.requests import StaffRequest

_OF_AREAS = Q(kind__in=AREAS)


@require_safe
def score_map_page(request: StaffRequest) -> HttpResponse:
    """Areas by the five colours: `?scheme=&period=&indicator=&area=`; the table beside it says the same."""
    user = request.user
    chosen = choose(user, request.GET.dict(), _OF_AREAS)
    if not chosen.schemes and not can_see_scores(user):
        raise NotFoundForYou("scores")
    context: dict[str, Any] = {
        "chosen": chosen,
        "here": reverse("assessment:score_map"),
        "layout": layout_of(request),
        "home": home_of(user),
        "list_url": chosen.url(reverse("assessment:score_list")),
        "map_url": chosen.url(reverse("assessment:score_map")),
    }
    if chosen.period and chosen.period.state != PeriodState.OPEN:
        context |= drawn_map(request, chosen, chosen.period.scores.filter(scores_seen_by(user)))
    return render(request, "assessment/score_map.html", context)


def drawn_map(request: Any, chosen: Chosen, scores: QuerySet[Score]) -> dict[str, Any]:
    """What a page shows of the scores of areas in the chosen period: the map, its choices and its legend."""
    period = chosen.period
    assert period is not None
    levels = levels_of(period)
    items = list(period.version.items.all())
    item = _item(items, request.GET.get("indicator", ""))
    parts, part = _parts(scores, request.GET.get("area", ""))
    if part:
        scores = scores.filter(area__path__startswith=part.path)
    found = score_map(as_now(scores.order_by("area__code")), levels, item)
    return {
        "map": found,
        "items": [(_code(each), label_of(each)) for each in items],
        "indicator": _code(item) if item else "",
        "told": label_of(item) if item else "",
        "parts": parts,
        "part": part,
        "levels": [(level, sum(1 for each in found.areas if each.level == level)) for level in levels],
        "without": sum(1 for each in found.areas if each.level is None),
        "is_published": period.state in SHOWN,
        "most": MOST_AREAS if len(found.areas) >= MOST_AREAS else 0,
    }


def _code(item: SchemeItem) -> str:
    return item.indicator or f"item-{item.pk}"


def _item(items: list[SchemeItem], code: str) -> SchemeItem | None:
    return next((each for each in items if code and _code(each) == code), None)


def _parts(scores: QuerySet[Score], asked: str) -> tuple[list[Area], Area | None]:
    """Districts and streets that the scored areas lie in, and the chosen one; where all are too many, the first."""
    streets = Area.objects.filter(level=AreaLevel.STREET)
    scored = scores.exclude(area__level__lte=AreaLevel.STREET)
    if not scored.exists():
        return [], None
    codes = set(scored.order_by().values_list("area__path", flat=True))
    within = {"/".join(path.split("/")[:3]) + "/" for path in codes}
    parts = list(streets.filter(path__in=within).order_by("code"))
    part = next((each for each in parts if each.code == asked), None)
    if part is None and parts and len(codes) > MOST_AREAS:
        part = parts[0]
    return parts, part
