"""Points that are typed in, with a reason: a page for each such item of a period."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessment.kinds import AREAS, COLUMN, ORGANISATIONS
from assessment.models import Period, TypedPoints
from assessment.permissions import can_type_points
from assessment.services.typed_points import (
    Given,
    PointsRefused,
    as_seen,
    item_of,
    type_points,
    typed_items,
    who_is_scored,
)
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.idempotency import once
from grids.models import Area, Organisation, User
from grids.requests import StaffRequest

ROWS_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@once
def type_in_points(request: StaffRequest, period_id: int) -> HttpResponse:
    """All who are scored, with points and reason for one item, `?item=&q=&page=`; sent, what changed is kept."""
    period = Period.objects.select_related("scheme", "version").filter(pk=period_id).first()
    items = typed_items(period) if period and can_type_points(request.user) else []
    if period is None or not items:
        raise NotFoundForYou(period_id)
    asked = number_asked(request.GET.get("item", ""))
    item = items[0] if asked is None else item_of(period, asked)
    words = request.GET.get("q", "").strip()[:60]
    people = _found(period, words)
    page = Paginator(people, ROWS_A_PAGE).get_page(request.GET.get("page"))
    wrong: Mapping[int, str] = {}
    sent: dict[int, Given] = {}
    if request.method == "POST":
        sent = _sent(request)
        try:
            n = type_points(period.pk, item.pk, actor=request.user, given=sent)
        except PointsRefused as error:
            wrong = error.wrong
        else:
            said = ngettext("Kept: %(n)d change.", "Kept: %(n)d changes.", n) % {"n": n}
            messages.success(request, said)
            return HttpResponseRedirect(request.get_full_path())
    context = {
        "period": period,
        "items": [
            {
                "label": each.label,
                "url": "?" + urlencode({"item": str(each.pk), "q": words}),
                "current": each == item,
                "count": None,
            }
            for each in items
        ],
        "item": item,
        "words": words,
        "page": page,
        "rows": _rows(period, item.pk, list(page), sent, wrong),
        "n_wrong": len(wrong),
        "back": reverse("assessment:period_detail", args=[period.pk]),
    }
    return render(request, "assessment/type_in_points.html", context, status=422 if wrong else 200)


def _sent(request: StaffRequest) -> dict[int, Given]:
    """What was changed of what the page showed; the other rows are none of this person's doing."""
    found = {}
    for name in request.POST:
        kind, _, pk = name.partition("-")
        if kind != "points" or (whose := number_asked(pk)) is None:
            continue
        points, reason = request.POST[name].strip(), request.POST.get(f"reason-{pk}", "").strip()
        seen = request.POST.get(f"seen-{pk}")
        if seen is None or seen != f"{points} {reason}".strip():
            found[whose] = Given(points, reason, seen)
    return found


def _found(period: Period, words: str) -> QuerySet[Any]:
    """Who is scored, by name."""
    kind, ids = period.scheme.kind, who_is_scored(period)
    if kind in AREAS:
        named = Q(name__icontains=words) | Q(code__startswith=words)
        return Area.objects.filter(named, pk__in=ids).select_related("parent").order_by("code")
    if kind in ORGANISATIONS:
        named = Q(name__icontains=words)
        return Organisation.objects.filter(named, pk__in=ids).select_related("area").order_by("name", "pk")
    named = Q(display_name__icontains=words) | Q(username__icontains=words)
    return User.objects.filter(named, pk__in=ids).order_by("display_name", "pk")


def _rows(
    period: Period, item_id: int, people: list[Any], sent: dict[int, Given], wrong: Mapping[int, str]
) -> list[dict[str, Any]]:
    column = COLUMN[period.scheme.kind]
    typed = TypedPoints.objects.filter(
        period=period, item=item_id, **{f"{column}__in": [each.pk for each in people]}
    ).select_related("typed_by")
    before = {getattr(row, column): row for row in typed}
    rows = []
    for whose in people:
        was = before.get(whose.pk)
        kept = Given(f"{was.points.normalize():f}", was.reason) if was else Given("", "")
        now = sent.get(whose.pk, kept)
        where = getattr(whose, "parent", None) or getattr(whose, "area", "")
        row: dict[str, Any] = {
            "seen": as_seen(was),
            "whose": whose,
            "where": where,
            "before": was,
            "wrong": wrong.get(whose.pk, ""),
        }
        rows.append({**row, "points": now.points, "reason": now.reason})
    return rows
