"""What if the weights, bands, levels or limits were others: the ranking beside the one that stands; nothing is written."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessment.kinds import ORGANISATIONS
from assessment.models import Period, PeriodState
from assessment.permissions import can_run_assessment
from assessment.scoring import rules_of
from assessment.what_if import Compared, compared, stages_of
from assessment.what_if_form import WhatIfForm
from gridgov.errors import NotFoundForYou
from grids.models import AreaLevel
from grids.requests import StaffRequest

ROWS_A_PAGE = 50


@require_safe
def what_if(request: StaffRequest) -> HttpResponse:
    """A period by other numbers: `?period=` and what of the scheme is changed; `?show=moved|colour&page=` of the result."""
    if not can_run_assessment(request.user):
        raise NotFoundForYou("what if")
    periods = list(
        Period.objects.exclude(state=PeriodState.OPEN)
        .select_related("scheme", "version")
        .order_by("-first_day", "scheme__kind", "scheme__code")
    )
    period = _chosen(periods, request.GET.get("period", ""))
    context: dict[str, Any] = {"periods": periods, "period": period}
    if period:
        context |= _asked(request, period)
    return render(request, "assessment/what_if.html", context)


def _chosen(periods: Sequence[Period], pk: str) -> Period | None:
    """The one asked for; else the newest published, else the newest of all."""
    if pk:
        found = next((each for each in periods if str(each.pk) == pk), None)
        if found is None:
            raise NotFoundForYou(pk)
        return found
    return next((each for each in periods if each.is_shown), next(iter(periods), None))


def _asked(request: StaffRequest, period: Period) -> dict[str, Any]:
    rules = rules_of(period.version)
    form = WhatIfForm(request.GET.dict(), period, rules, stages_of(period, rules))
    found: dict[str, Any] = {"form": form, "here": reverse("assessment:what_if")}
    if not form.is_valid():
        return found
    every = compared(period, form.changed_rules, form.limit)
    rows = [row for row in every if row.points is not None or row.standing.points is not None]
    ways = {
        "": (_("All"), rows),
        "moved": (_("Moves"), [row for row in rows if row.moved]),
        "colour": (_("Changes colour"), [row for row in rows if row.changes_colour]),
    }
    show = request.GET.get("show", "") if request.GET.get("show", "") in ways else ""
    page = Paginator(ways[show][1], ROWS_A_PAGE).get_page(request.GET.get("page"))
    address = form.address
    base = f"{found['here']}?{urlencode({'period': period.pk})}" + (f"&{address}" if address else "")
    return found | {
        "is_changed": bool(address),
        "share_url": request.build_absolute_uri(base),
        "page": page,
        "rows": [(row, _within(period, row)) for row in page],
        "up": sum((row.moved or 0) > 0 for row in rows),
        "down": sum((row.moved or 0) < 0 for row in rows),
        "colours": sum(row.changes_colour for row in rows),
        "scored": len(rows),
        "without": len(every) - len(rows),
        "ways": [
            {
                "label": f"{label} {len(some)}",
                "url": f"{base}&show={name}#result" if name else f"{base}#result",
                "current": name == show,
            }
            for name, (label, some) in ways.items()
        ],
        "newer": f"{base}&show={show}&page={page.previous_page_number()}#result"
        if page.has_previous()
        else "",
        "older": f"{base}&show={show}&page={page.next_page_number()}#result" if page.has_next() else "",
    }


def _within(period: Period, row: Compared) -> str:
    """Among whom they are ranked, where there are several levels."""
    if period.scheme.kind not in ORGANISATIONS:
        return ""
    return str(AreaLevel(row.standing.within).label)
