"""Outlines for the maps on pages."""

from django import forms
from django.contrib.gis.geos import Polygon
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

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
