"""One score: what it is made of, and the cases behind each of its numbers."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from assessment.counted_rows import DENOMINATOR, NUMERATOR, REST, counted_rows, has_rest, table_of
from assessment.drawing import trend_lines
from assessment.indicators import INDICATORS
from assessment.models import PeriodState, Score
from assessment.permissions import can_appeal, can_run_assessment, scores_opened_by, scores_seen_by
from assessment.ranks import as_now, levels_of, period_before, ranked, ranked_with
from assessment.score_page import PartShown, losses_of, shown_corrections, shown_parts, trend_of
from assessment.templatetags.scores import in_short
from gridgov.errors import NotFoundForYou
from gridgov.views.home import home_of, layout_of
from grids.requests import StaffRequest

ROWS_A_PAGE = 50
_WAYS = {
    NUMERATOR: gettext_lazy("Counted"),
    DENOMINATOR: gettext_lazy("Out of"),
    REST: gettext_lazy("Not counted"),
}
# Numbers are kept with four places.
_ROUNDING = Decimal("0.0001")


def score_for(score_id: int, seen: Q) -> Any:
    """A score as it is now; raises `NotFoundForYou` unless it is `seen`."""
    score = (
        as_now(Score.objects.filter(seen, pk=score_id))
        .select_related("period__scheme", "period__version", "user", "organisation__area", "area__parent")
        .first()
    )
    if score is None:
        raise NotFoundForYou("score")
    return score


def page_of(score: Any, *, shown_only: bool) -> dict[str, Any]:
    """What the page of a score says, whoever reads it."""
    period = score.period
    levels = levels_of(period)
    items, extras = shown_parts(score)
    (standing,) = ranked(period, [score], levels, period_before(period, shown_only=shown_only))
    return {
        "score": score,
        "period": period,
        "standing": standing,
        "levels": levels,
        "of": ranked_with(score),
        "items": items,
        "extras": extras,
        "losses": losses_of((*items, *extras)) if standing.points is not None else [],
        "not_applicable": any(part.points is None for part in items) and standing.points is not None,
        "brought": sum((part.brings for part in (*items, *extras) if part.brings), 0),
    }


@require_safe
def score_detail(request: StaffRequest, score_id: int) -> HttpResponse:
    """Points, level, rank, every part with what it was made of, corrections, and the trend."""
    seen = scores_seen_by(request.user)
    score = score_for(score_id, seen)
    trend = trend_of(score, seen)
    context = page_of(score, shown_only=not can_run_assessment(request.user))
    context |= {
        "opens": Score.objects.filter(scores_opened_by(request.user), pk=score.pk).exists(),
        "corrections": shown_corrections(score, request.user),
        "may_appeal": score.period.is_shown and can_appeal(request.user, score),
        "may_correct": score.period.is_shown and can_run_assessment(request.user),
        "trend": list(reversed(trend)),
        "drawing": drawn(trend, context["levels"], "assessment:score_detail"),
        "layout": layout_of(request),
        "home": home_of(request.user),
        "list_url": f"{reverse('assessment:score_list')}?scheme={score.period.scheme.code}&period={score.period.pk}",
    }
    return render(request, "assessment/score_detail.html", context)


def drawn(trend: Any, levels: Any, url_name: str) -> Any:
    """The trend's drawing; None with a single point, which is no line."""
    if sum(each.points is not None for each in trend) < 2:
        return None
    return trend_lines(
        [
            (
                in_short(each.score.period),
                None if each.points is None else float(each.points),
                reverse(url_name, args=[each.score.pk]),
            )
            for each in trend
        ],
        [(float(level.at_least), level.letter) for level in levels],
    )


@require_safe
def score_item(request: StaffRequest, score_id: int, indicator: str) -> HttpResponse:
    """The rows that a number of a score counts, one by one: `?of=denominator&page=`; `?of=rest`, what a rate lost."""
    score = score_for(score_id, scores_opened_by(request.user))
    items, extras = shown_parts(score)
    part = next((each for each in (*items, *extras) if each.code == indicator), None)
    if part is None or indicator not in INDICATORS:
        raise NotFoundForYou(indicator)
    numbers = _numbers(part, score.period.scheme.kind)
    which = request.GET.get("of", NUMERATOR)
    if which not in numbers:
        raise NotFoundForYou(which)
    found = counted_rows(score, indicator, which)
    page = Paginator(found.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    headings, rows = table_of(found, page.object_list, request.user, score.period.known_until)
    total = found.total
    said = numbers[which]
    context = {
        "score": score,
        "period": score.period,
        "part": part,
        "which": which,
        "ways": [
            {
                "label": _WAYS[name],
                "number": number,
                "url": f"?of={name}",
                "current": name == which,
            }
            for name, number in numbers.items()
        ],
        "page": page,
        "headings": headings,
        "rows": rows,
        "total": total,
        "is_weighted": found.count.weight is not None,
        # The roll-up is made again from the timeline; what was published stays.
        "differs": said is not None and abs(total - said) > _ROUNDING,
        "said": said,
        "exempted": found.exempted.select_related("case_class"),
        # Which of them somebody has appealed against already.
        "appealed": set(score.appeals.values_list("case_id", flat=True)),
        "may_appeal": score.period.state == PeriodState.PUBLISHED
        and bool(found.count.source.case)
        and can_appeal(request.user, score),
        "layout": layout_of(request),
        "home": home_of(request.user),
    }
    return render(request, "assessment/score_item.html", context)


def _numbers(part: PartShown, kind: str) -> dict[str, Decimal | None]:
    """The numbers of a part that open, by what `counted_rows` calls them."""
    if not part.is_rate:
        return {NUMERATOR: part.numerator}
    found = {NUMERATOR: part.numerator, DENOMINATOR: part.denominator}
    if has_rest(part.code, kind) and part.numerator is not None and part.denominator is not None:
        found[REST] = part.denominator - part.numerator
    return found
