"""Outlines for the maps on pages."""

from django import forms
from django.contrib.gis.geos import Polygon
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from grids.map_outlines import View, level_in, outlines_in
from grids.models import Area, AreaLevel
from grids.outlines import feature_collection, outlines_etag
from grids.requests import StaffRequest


class BoxField(forms.CharField):
    """A box of a map as west,south,east,north in degrees."""

    def clean(self, value: str) -> Polygon | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            west, south, east, north = map(float, text.split(","))
        except ValueError:
            raise forms.ValidationError(_("A box is west,south,east,north in degrees.")) from None
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise forms.ValidationError(_("A box is west,south,east,north in degrees."))
        box = Polygon.from_bbox((west, south, east, north))
        box.srid = 4326
        return box


class OutlinesForm(forms.Form):
    """Which outlines a map asks for."""

    level = forms.TypedMultipleChoiceField(choices=AreaLevel.choices, coerce=int, required=False)
    within = forms.ModelChoiceField(Area.objects.all(), to_field_name="code", required=False)
    bbox = BoxField(required=False)
    zoom = forms.IntegerField(min_value=0, max_value=22, required=False)


def _etag(request: HttpRequest) -> str:
    return f'"{outlines_etag()}"'


@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_etag)
def outlines(request: StaffRequest) -> HttpResponse:
    """Current outlines as GeoJSON: `level` (repeatable), `within` (a code), `bbox`, `zoom`."""
    form = OutlinesForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    asked = form.cleaned_data
    areas = Area.objects.visible_to(request.user).current()
    if asked["level"]:
        areas = areas.filter(level__in=asked["level"])
    if asked["within"]:
        areas = areas.within(asked["within"])
    content = feature_collection(areas, box=asked["bbox"], zoom=asked["zoom"])
    return HttpResponse(content, content_type="application/geo+json")


class MapOutlinesForm(forms.Form):
    """What of the world a map shows, and as which version of the outlines its page knows."""

    bbox = BoxField()
    zoom = forms.IntegerField(min_value=0, max_value=22)
    finest = forms.TypedChoiceField(choices=AreaLevel.choices, coerce=int, required=False)
    v = forms.CharField(required=False)


@require_safe
@condition(etag_func=_etag)
def map_outlines(request: StaffRequest) -> HttpResponse:
    """The outlines of one view, small enough for any; see `grids.map_outlines`. `v` is `outlines_etag()`: kept for good."""
    form = MapOutlinesForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    asked = form.cleaned_data
    view = View(asked["bbox"], asked["zoom"], AreaLevel(asked["finest"] or AreaLevel.GRID))
    found = outlines_in(view, level_in(view))
    response = JsonResponse(found, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})
    known = asked["v"] == outlines_etag()
    patch_cache_control(
        response,
        private=True,
        **({"max_age": 365 * 24 * 3600, "immutable": True} if known else {"no_cache": True}),
    )
    return response
