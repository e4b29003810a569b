"""Campaigns and how far they have come."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridgov.errors import NotFoundForYou
from gridgov.views.home import layout_of
from grids.requests import StaffRequest
from inspections.campaigns import campaign_rows, progress_in
from inspections.models import Campaign, Task
from inspections.permissions import led_areas


@require_safe
def campaign_list(request: StaffRequest) -> HttpResponse:
    """The campaigns where the person leads, those that are over too."""
    areas = led_areas(request.user)
    if not areas:
        raise NotFoundForYou(request.user)
    rows = campaign_rows(areas, running=False)
    return render(request, "inspections/campaign_list.html", {"rows": rows, "layout": layout_of(request)})


@require_safe
def campaign_detail(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """A campaign in each grid where the person leads, the least visited first; `?after=` a grid's code."""
    areas = led_areas(request.user)
    rows = campaign_rows(areas, running=False)
    found = next((row for row in rows if row.campaign.pk == campaign_id), None)
    if found is None:
        raise NotFoundForYou(campaign_id)
    campaign: Campaign = found.campaign
    places, more = progress_in(campaign, areas, request.GET.get("after", ""))
    made = Task.objects.filter(campaign=campaign, area__in=[place for place, _part in places])
    tasks = {task.area_id: task for task in made.select_related("assignee")}
    context = {
        "row": found,
        "types": campaign.types.all(),
        "departments": campaign.departments.all(),
        "places": [(place, part, tasks.get(place.pk)) for place, part in places],
        "more": more,
        "layout": layout_of(request),
    }
    return render(request, "inspections/campaign_detail.html", context)
