"""Trying the responsibility list: who would get a case of this class in this place, and why."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dispatch.forms.routing import RoutingForm
from dispatch.permissions import can_add_responsibility, can_see_responsibilities
from dispatch.responsibilities import candidates
from gridgov.errors import NotFoundForYou
from grids.models import Area, AreaLevel, Organisation, Post
from grids.requests import StaffRequest


def routing_test(request: StaffRequest) -> HttpResponse:
    """The line that wins and every other that fits, in order, with why; nothing is sent to anybody."""
    if not can_see_responsibilities(request.user):
        raise NotFoundForYou
    asked = "case_class" in request.GET
    form = RoutingForm(request.GET if asked else None, initial=request.GET.dict())
    context: dict[str, Any] = {
        "form": form,
        "candidates": None,
        "places": Area.objects.current().filter(level__lte=AreaLevel.COMMUNITY).only("code", "name"),
    }
    if form.is_valid():
        level, areas = form.cleaned_data["level"], form.cleaned_data["place"]
        case_class = form.cleaned_data["case_class"]
        found = candidates(level=level, areas=areas, case_class=case_class)
        winner = next((each.line for each in found if each.wins), None)
        context |= {
            "case_class": case_class,
            "areas": areas,
            "candidates": found,
            "winner": winner,
            "people": winner and _people_of(winner.unit),
        }
        if can_add_responsibility(request.user):
            line = {"level": level, "area": _area_at(areas, level).pk, "case_class": case_class.pk}
            context["add_url"] = f"{reverse('admin:dispatch_responsibility_add')}?{urlencode(line)}"
    status = 422 if asked and not form.is_valid() else 200
    return render(request, "dispatch/routing_test.html", context, status=status)


def _area_at(areas: list[Area], level: int) -> Area:
    """The area of a level in a chain; the lowest one above it when the chain ends earlier."""
    return next(area for area in reversed(areas) if area.level <= level)


def _people_of(unit: Organisation) -> QuerySet[Post]:
    posts: QuerySet[Post] = Post.objects.current().filter(organisation=unit).select_related("user")
    return posts
