"""Open cases around me."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.forms.report import PlaceForm
from grids.requests import StaffRequest
from inspections.selectors import nearby_cases

MOST_SHOWN = 30


@require_GET
def nearby(request: StaffRequest) -> HttpResponse:
    """Open cases within two kilometres of `?longitude=&latitude=`, the nearest first; without, how to get there."""
    form = PlaceForm(request.GET)
    point = form.point() if form.is_valid() else None
    cases = list(nearby_cases(request.user, point, limit=MOST_SHOWN)) if point else []
    template = "inspections/nearby.html#cases" if request.htmx else "inspections/nearby.html"
    return render(request, template, {"point": point, "cases": cases})
