"""The map of open cases."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.case_map import dots_in
from cases.filter_choices import class_choices
from cases.filters import LIGHTS, CaseListFilter
from cases.models import Case
from grids.area_choices import area_choices
from grids.models import Area
from grids.requests import StaffRequest
from grids.views.outlines import BoxField


@require_safe
def case_map(request: StaffRequest) -> HttpResponse:
    """Open cases as dots by light over the outlines of areas; the page itself holds no data."""
    chosen = request.GET
    majors, classes = class_choices(chosen.get("major", ""), chosen.get("case_class", ""))
    return render(
        request,
        "cases/case_map.html",
        {
            "chosen": chosen,
            "areas": area_choices(request.user, chosen.get("area", "")),
            "majors": majors,
            "classes": classes,
            "lights": LIGHTS,
            "home": _home_of(request),
            "tile_url": settings.MAP_TILE_URL,
            "tile_attribution": settings.MAP_TILE_ATTRIBUTION,
        },
    )


@require_safe
def map_cases(request: StaffRequest) -> HttpResponse:
    """The open cases within `bbox`, narrowed like a list: dots, or counts where there are too many."""
    box = BoxField(required=False).clean(request.GET.get("bbox", ""))
    cases = Case.objects.visible_to(request.user).open()
    narrowed = CaseListFilter(request.GET, cases, request=request).qs
    return JsonResponse(dots_in(narrowed, box))


def _home_of(request: StaffRequest) -> str:
    """The code of the area that the map begins with: the chosen one, that of the person's first post, or any district."""
    code: Any = request.GET.get("area")
    if code:
        return str(code)
    posts = request.user.current_posts
    if posts:
        return posts[0].area.code
    return Area.objects.current().order_by("level", "code").values_list("code", flat=True).first() or ""
