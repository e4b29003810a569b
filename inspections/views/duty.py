"""On and off duty, and the way walked."""

import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.gis.geos import GEOSGeometry
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridgov import clock
from gridgov.errors import NotFoundForYou
from gridgov.idempotency import once
from gridgov.views.home import layout_of
from grids.models import Area, AreaLevel, AreaVersion, User
from grids.outlines import feature_collection
from grids.requests import StaffRequest
from inspections.duties import DayOut, day_out, days_beside, duty_of, marks_of
from inspections.models import Duty
from inspections.permissions import can_see_track, can_walk
from inspections.services import duty as services


@require_safe
def duty(request: StaffRequest) -> HttpResponse:
    """My day on duty: since when, how long, how far, and where."""
    if not can_walk(request.user):
        raise NotFoundForYou(request.user)
    context = {"duty": duty_of(request.user), **_shown(request.user, request.user, clock.today())}
    return render(request, "inspections/duty.html", context)


@require_safe
def duty_detail(request: StaffRequest, duty_id: int) -> HttpResponse:
    """The day on duty of somebody whom one leads, or one's own."""
    found = Duty.objects.select_related("user", "post__area").filter(pk=duty_id).first()
    if found is None or not can_see_track(request.user, found):
        raise NotFoundForYou(duty_id)
    day = _shown(request.user, found.user, localdate(found.started_at))
    context = {"duty": found, **day, "layout": layout_of(request)}
    return render(request, "inspections/duty_detail.html", context)


@once
@require_POST
def go_on_duty(request: StaffRequest) -> HttpResponse:
    services.go_on_duty(actor=request.user)
    messages.success(request, _("You are on duty. Your way is recorded until you go off duty."))
    return _back(request)


@once
@require_POST
def go_off_duty(request: StaffRequest) -> HttpResponse:
    services.go_off_duty(actor=request.user)
    messages.success(request, _("You are off duty. Nothing is recorded any more."))
    return _back(request)


def _back(request: StaffRequest) -> HttpResponse:
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return redirect(asked if safe else "inspections:duty")


def _shown(viewer: User, user: User, day: date) -> dict[str, Any]:
    """The day, its way with the times, the grids that it came through, and the days beside that the viewer may see."""
    out = day_out(user, day)
    before, after = (one if one and can_see_track(viewer, one) else None for one in days_beside(user, day))
    walked = _walked(out)
    shown: dict[str, Any] = {
        "out": out,
        "day": day,
        "before": before,
        "after": after,
        "stints": [(duty, _grids_in(out, duty, walked)) for duty in out.duties],
    }
    if out.path is None:
        return shown
    grids = Area.objects.filter(pk__in=[version.area_id for version in walked])
    marks = json.dumps(marks_of(out.segments))
    return {**shown, "path": json.dumps(out.path), "marks": marks, "grids": feature_collection(grids)}


def _walked(out: DayOut) -> list[AreaVersion]:
    """The outlines of the grids that the way came through."""
    if out.path is None:
        return []
    way = GEOSGeometry(json.dumps(out.path))
    grids = AreaVersion.objects.current().filter(level=AreaLevel.GRID, outline__intersects=way)
    return list(grids.select_related("area").order_by("area__code"))


def _grids_in(out: DayOut, duty: Duty, walked: list[AreaVersion]) -> list[Area]:
    """Those of the walked grids that a duty's own way came through."""
    ways = [segment.path for segment in out.segments if segment.duty_id == duty.pk]
    return [version.area for version in walked if any(version.outline.intersects(way) for way in ways)]
