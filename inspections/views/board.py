"""The grid leader's board, and ordering something from there."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import home_of, layout_of
from grids.models import Area
from grids.requests import StaffRequest
from inspections.board import COUNTED, LOWEST_OVERVIEW, board_of, child_rows
from inspections.campaigns import campaign_rows
from inspections.forms.tasks import OrderForm
from inspections.permissions import can_lead, led_areas
from inspections.selectors import find_objects, objects_to_order_about
from inspections.services.tasks import make_task as make

MOST_FOUND = 8
FIGURES = {
    "open": _lazy("To be grabbed"),
    "in_hand": _lazy("In hand"),
    "overdue": _lazy("Overdue"),
    "done": _lazy("Done today"),
}


@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """Today's tasks of `?area=`, by person or `?by=grid`; of a larger area how the day stands in each part.

    `?show=` keeps what one of the figures counts.
    """
    area = _area(request)
    by = "grid" if request.GET.get("by") == "grid" else "person"
    show = request.GET.get("show", "")
    show = show if show in COUNTED else ""
    here = reverse("inspections:board")
    context: dict[str, Any] = {
        "area": area,
        "above": _above(request, area),
        "by": by,
        "show": show,
        "tabs": [
            {"label": _("By person"), "url": f"{here}?area={area.code}", "current": by == "person"},
            {"label": _("By grid"), "url": f"{here}?area={area.code}&by=grid", "current": by == "grid"},
        ],
        "campaigns": campaign_rows([area]),
        "home": home_of(request.user),
        "layout": layout_of(request),
    }
    if area.level <= LOWEST_OVERVIEW:
        return render(request, "inspections/board_overview.html", {**context, "rows": child_rows(area)})
    shown = board_of(area, by, _("Open to be grabbed"), show)
    figures = [
        {
            "name": name,
            "label": label,
            "number": shown["counts"][name],
            # Pressed again it shows everything.
            "url": f"{here}?{urlencode({'area': area.code, 'by': by} | ({} if name == show else {'show': name}))}#tasks",
        }
        for name, label in FIGURES.items()
    ]
    return render(request, "inspections/board.html", {**context, **shown, "figures": figures})


@once
@require_http_methods(["GET", "HEAD", "POST"])
def make_task(request: StaffRequest) -> HttpResponse:
    """Order something in `?area=`, perhaps about `?object=`; without a script `search` looks for objects first."""
    area = _area(request)
    objects = objects_to_order_about(request.user, area)
    searches = "search" in request.POST
    given = {
        "place": area,
        "object": request.GET.get("object", ""),
        **(request.POST.dict() if searches else {}),
    }
    form = OrderForm(None if searches else request.POST or None, area=area, objects=objects, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            task = make(actor=request.user, **form.values())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Ordered: %(title)s.") % {"title": task.title})
            return redirect(f"{reverse('inspections:board')}?area={area.code}")
    words = request.POST.get("object_words", "").strip()
    context = {
        "form": form,
        "area": area,
        **_found(request, area, words),
        "layout": layout_of(request),
    }
    return render(request, "inspections/make_task.html", context, status=422 if form.errors else 200)


@require_safe
def order_objects(request: StaffRequest) -> HttpResponse:
    """The objects of `?area=` whose name, address or code holds what was typed."""
    area, words = _area(request), request.GET.get("object_words", "").strip()
    return render(request, "inspections/objects_found.html", _found(request, area, words))


def _found(request: StaffRequest, area: Area, words: str) -> dict[str, Any]:
    found = find_objects(request.user, area, words, limit=MOST_FOUND + 1)
    return {"words": words, "found": found[:MOST_FOUND], "more": len(found) > MOST_FOUND}


def _area(request: StaffRequest) -> Area:
    """The area asked for, or the largest one that the person leads; raises `NotFoundForYou`."""
    code = request.GET.get("area", "")
    if not code:
        area = next(iter(led_areas(request.user)), None)
    else:
        area = Area.objects.current().filter(code=code).first() if code.isprintable() else None
    if area is None or not can_lead(request.user, area):
        raise NotFoundForYou(code)
    return area


def _above(request: StaffRequest, area: Area) -> list[Area]:
    """The areas above that the person leads too, the largest first."""
    above = Area.objects.filter(code__in=area.ancestor_codes[:-1]).order_by("level")
    return [each for each in above if can_lead(request.user, each)]
