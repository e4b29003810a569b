"""What the map for strangers asks for: cases and outlines of a view."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from cases.models import Case
from cases.public_filters import PublicCaseFilter
from cases.public_map import KEPT_S, PublicScope, public_map
from cases.views.public_cases import chosen_by, filters_of
from cases.workflow import Status
from gridgov import clock
from grids.map_outlines import View, level_in, outlines_in
from grids.models import AreaLevel
from grids.outlines import outlines_etag
from grids.views.outlines import BoxField

# What was closed longer ago stands in the list, but no longer on the map.
_CLOSED_ON_MAP = timedelta(days=90)


class OpenViewForm(forms.Form):
    """What of the world a map for strangers shows, and as which version of the outlines its page knows."""

    view = BoxField()
    zoom = forms.IntegerField(min_value=0, max_value=22)
    finest = forms.TypedChoiceField(
        choices=[level for level in AreaLevel.choices if level[0] <= AreaLevel.COMMUNITY],
        coerce=int,
        required=False,
    )
    v = forms.CharField(required=False, max_length=60)

    def seen(self) -> View:
        asked = self.cleaned_data
        return View(asked["view"], asked["zoom"], AreaLevel(asked["finest"] or AreaLevel.COMMUNITY))


@login_not_required
@require_safe
def open_map_cases(request: HttpRequest) -> HttpResponse:
    """The cases of a view, narrowed like the list; see `cases.public_map.public_map`."""
    form = OpenViewForm(request.GET)
    filters = filters_of(chosen_by(request))
    narrowed = PublicCaseFilter(filters, Case.objects.public(), request=request)
    if not form.is_valid() or not narrowed.form.is_valid():
        return _refused({**form.errors, **narrowed.form.errors})
    cases = narrowed.qs
    if filters.get("status") != "open":
        cases = cases.exclude(status=Status.CLOSED, closed_at__lt=clock.now() - _CLOSED_ON_MAP)
    key = sha256(filters.urlencode().encode()).hexdigest()[:32]
    response = _packed(public_map(PublicScope(cases, key), form.seen()))
    patch_cache_control(response, private=True, max_age=KEPT_S)
    return response


def _etag(request: HttpRequest) -> str:
    return f'"{outlines_etag()}"'


@login_not_required
@require_safe
@condition(etag_func=_etag)
def open_outlines(request: HttpRequest) -> HttpResponse:
    """The outlines of districts, streets and communities in a view; kept for good where `v` is their version."""
    form = OpenViewForm(request.GET)
    if not form.is_valid():
        return _refused(form.errors)
    view = form.seen()
    response = _packed(outlines_in(view, level_in(view)))
    known = form.cleaned_data["v"] == outlines_etag()
    kept: dict[str, Any] = {"max_age": 365 * 24 * 3600, "immutable": True} if known else {"no_cache": True}
    patch_cache_control(response, public=True, **kept)
    return response


def _packed(answer: dict[str, Any]) -> HttpResponse:
    return JsonResponse(answer, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})


def _refused(errors: dict[str, Any]) -> HttpResponse:
    return JsonResponse({"errors": errors}, status=400)
