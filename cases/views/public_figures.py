"""Open figures: the page, and the same as a file."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import public_figures as figures
from cases.public_figures import Figures, Numbers, Slice
from gridgov.errors import NotFoundForYou
from grids.downloads import CSV
from grids.models import Area, AreaLevel
from grids.registry_files import csv_lines


@login_not_required
@require_safe
def open_figures(request: HttpRequest) -> HttpResponse:
    """How many cases are open and were closed lately, by area and class group; every number opens its list."""
    found = _asked(request)
    context = {
        "figures": found,
        "above": _above(found.area),
        "level": found.level.label,
        "total": _shown(found.total, found.query, found),
        "tables": [
            (str(found.level.label).capitalize(), [_line(each, found) for each in found.areas]),
            (_("Class group"), [_line(each, found) for each in found.majors]),
        ],
        "file_url": f"{reverse('cases:open_figures_file')}?{urlencode(found.query)}",
    }
    return render(request, "cases/public/open_figures.html", context)


@login_not_required
@require_safe
def open_figures_file(request: HttpRequest) -> HttpResponse:
    """The same figures as CSV."""
    found = _asked(request)
    headings = [
        _("By"),
        _("What"),
        _("Open"),
        _("Closed in 30 days"),
        _("In time"),
        _("Late"),
        _("In time (per cent)"),
    ]
    tables = ((found.level.label, found.areas), (_("Class group"), found.majors))
    rows = [[by, each.label, *_columns(each.numbers)] for by, slices in tables for each in slices]
    together = [_("Together"), str(found.area or ""), *_columns(found.total)]
    return HttpResponse(
        "".join(csv_lines([headings, *rows, together])),
        content_type=CSV,
        headers={"Content-Disposition": 'attachment; filename="open-figures.csv"'},
    )


def _asked(request: HttpRequest) -> Figures:
    code = request.GET.get("area", "")
    if not code:
        return figures.open_figures(None)
    area = Area.objects.filter(code=code, level__in=[AreaLevel.DISTRICT, AreaLevel.STREET]).first()
    if area is None:
        raise NotFoundForYou(code)
    return figures.open_figures(area)


def _above(area: Area | None) -> Iterable[tuple[str, str]]:
    """The way back up: label and address."""
    if area is None:
        return []
    here = reverse("cases:open_figures")
    way = [(_("All"), here)]
    if area.level == AreaLevel.STREET and area.parent:
        way.append((str(area.parent), f"{here}?{urlencode({'area': area.parent.code})}"))
    return way


def _line(each: Slice, found: Figures) -> dict[str, Any]:
    inside = f"{reverse('cases:open_figures')}?{urlencode({'area': each.code})}" if each.code else ""
    return {"label": each.label, "url": inside, **_shown(each.numbers, each.query, found)}


def _shown(numbers: Numbers, query: dict[str, str], found: Figures) -> dict[str, Any]:
    """Each number with the address of the cases that it counts."""

    def listed(**more: str) -> str:
        return f"{reverse('cases:open_map')}?{urlencode({**query, **more})}"

    lately = {"closed_since": found.since.isoformat()}
    return {
        "numbers": numbers,
        "open_url": listed(status="open"),
        "closed_url": listed(status="closed", **lately),
        "in_time_url": listed(status="closed", result="in_time", **lately),
    }


def _columns(numbers: Numbers) -> list[Any]:
    share = "" if numbers.share is None else numbers.share
    return [numbers.open, numbers.closed, numbers.in_time, numbers.late, share]
