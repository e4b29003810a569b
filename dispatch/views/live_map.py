"""The live map: the page, and what it asks for."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.api.filters import PERSONAL
from cases.filters import CaseListFilter
from cases.models import Case
from cases.paging import BY_TIME_LEFT, PAGE_SIZE, page_of
from cases.permissions import ways_to_see
from cases.queues import for_rows
from cases.views.lists import choices_above
from cases.workflow import OPEN, Status
from dispatch.live_map import LIGHTS, Scope, cases_in, scope_key, scope_of
from dispatch.map_layers import objects_in, people_layer, tracks_layer, types_on_map
from gridgov import clock
from gridgov.asked import LARGEST
from gridgov.days import plausible_day
from grids.map_outlines import View
from grids.models import AreaLevel, AreaVersion
from grids.outlines import outlines_etag
from grids.requests import StaffRequest
from grids.views.outlines import BoxField
from inspections.permissions import led_areas, watched_areas

_WORLD = (-180.0, -60.0, 180.0, 75.0)
# What in the map's address is no filter of cases.
_NOT_FILTERS = {"bbox", "around", "zoom", "finest", "at", "shade", "layer", "type", "day", "person", "list"}


class ViewForm(forms.Form):
    """What of the world a map shows."""

    bbox = BoxField()
    # A larger box, the same for many views, for the areas: their outlines are kept by the browser.
    around = BoxField(required=False)
    zoom = forms.IntegerField(min_value=0, max_value=22)
    finest = forms.TypedChoiceField(choices=AreaLevel.choices, coerce=int, required=False)
    type = forms.CharField(required=False)
    day = forms.DateField(required=False, validators=[plausible_day])
    person = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)

    def view(self) -> View:
        asked = self.cleaned_data
        return View(asked["bbox"], asked["zoom"], AreaLevel(asked["finest"] or AreaLevel.GRID))


@require_safe
def live_map(request: StaffRequest) -> HttpResponse:
    """Open cases by light, how areas stand, who is on duty, and what stands there; the page itself holds no data."""
    chosen = request.GET
    context = choices_above(request.user, chosen, True)
    context |= {
        "statuses": [(value, label) for value, label in Status.choices if value in OPEN],
        "chosen": chosen,
        "shade": chosen.get("shade") or "late",
        "area_levels": [(str(value), label) for value, label in AreaLevel.choices],
        "extent": ",".join(map(str, _extent(request))),
        "light_names": LIGHTS,
        "object_types": types_on_map(),
        "chosen_types": chosen.getlist("type"),
        "chosen_layers": chosen.getlist("layer"),
        "sees_people": bool(watched_areas(request.user)),
        "sees_tracks": bool(led_areas(request.user)),
        "outlines_version": outlines_etag(),
        "today": clock.today(),
        "first_day": clock.today() - timedelta(days=settings.TRACK_KEEP_DAYS),
    }
    return render(request, "dispatch/live_map.html", context)


@require_safe
def map_cases(request: StaffRequest) -> HttpResponse:
    """The open cases of a view and how its areas stand; see `dispatch.live_map.cases_in`."""
    form = ViewForm(request.GET)
    if not form.is_valid():
        return _refused(form)
    view = form.view()
    answer = cases_in(_scope(request), view, form.cleaned_data["around"] or view.box)
    return _fresh(answer)


@require_safe
def map_rows(request: StaffRequest) -> HttpResponse:
    """The cases of a view as rows, the least time left first: what the map shows, to be read and walked through."""
    form = ViewForm(request.GET)
    if not form.is_valid():
        return _refused(form)
    inside = Case.objects.open().filter(point__within=form.cleaned_data["bbox"])
    narrowed = CaseListFilter(_filters(request), inside, request=request).qs
    pieces = [for_rows(narrowed.filter(way)) for way in ways_to_see(request.user)]
    page = page_of(pieces, BY_TIME_LEFT, "", PAGE_SIZE)
    return render(request, "dispatch/map_rows.html", {"cases": page.rows, "more": bool(page.next)})


@require_safe
def map_objects(request: StaffRequest) -> HttpResponse:
    """The objects of the types asked for in a view, of those the person may see."""
    form = ViewForm(request.GET)
    if not form.is_valid():
        return _refused(form)
    return _fresh(objects_in(request.user, request.GET.getlist("type"), form.view()))


@require_safe
def map_people(request: StaffRequest) -> HttpResponse:
    """Who is on duty in a view, and how old their last position is."""
    form = ViewForm(request.GET)
    if not form.is_valid():
        return _refused(form)
    return _fresh(people_layer(request.user, form.view()))


@require_safe
def map_tracks(request: StaffRequest) -> HttpResponse:
    """The ways walked on a day in a view, of one `person` or of all."""
    form = ViewForm(request.GET)
    if not form.is_valid():
        return _refused(form)
    asked = form.cleaned_data
    return _fresh(tracks_layer(request.user, form.view(), asked["day"], asked["person"]))


def _scope(request: StaffRequest) -> Scope:
    seen, key = scope_of(request.user)
    filters = _filters(request)
    narrowed = CaseListFilter(filters, seen, request=request).qs
    own = f"&user={request.user.pk}" if PERSONAL & filters.keys() else ""
    return Scope(narrowed, scope_key(key, "&".join(sorted(filters.urlencode().split("&"))) + own))


def _filters(request: StaffRequest) -> QueryDict:
    chosen = request.GET.copy()
    for name in [name for name in chosen if name in _NOT_FILTERS or not any(chosen.getlist(name))]:
        del chosen[name]
    return chosen


def _refused(form: forms.Form) -> HttpResponse:
    return JsonResponse({"errors": form.errors}, status=400)


def _fresh(answer: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(answer, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def _extent(request: StaffRequest) -> tuple[float, ...]:
    """The box that the map begins with: of the chosen area, of the person's first post, or of all districts."""
    posts = request.user.current_posts
    code = request.GET.get("area") or (posts[0].area.code if posts else "")
    current = AreaVersion.objects.current().order_by()
    districts = current.filter(level=AreaLevel.DISTRICT)
    for versions in (current.filter(area__code=code), districts):
        if extent := versions.aggregate(box=Extent("outline"))["box"]:
            return tuple(extent)
    return _WORLD
