"""Open tasks and cases around me."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.forms.report import PlaceForm
from grids.requests import StaffRequest
from inspections.selectors import nearby_cases
from inspections.task_cards import nearby_tasks

MOST_SHOWN = 30


@require_GET
def nearby(request: StaffRequest) -> HttpResponse:
    """What lies within two kilometres of `?longitude=&latitude=`, the nearest first; without, how to get there.

    Tasks to be grabbed come first; a case that is among them is not shown again.
    """
    form = PlaceForm(request.GET)
    point = form.point() if form.is_valid() else None
    tasks = nearby_tasks(request.user, point, limit=MOST_SHOWN) if point else []
    to_grab = {card.task.case_id for card in tasks}
    cases = nearby_cases(request.user, point, limit=MOST_SHOWN) if point else []
    template = "inspections/nearby.html#cases" if request.htmx else "inspections/nearby.html"
    context = {"point": point, "tasks": tasks, "cases": [case for case in cases if case.pk not in to_grab]}
    return render(request, template, context)
