"""On and off duty, and the way walked."""

import json
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
from grids.models import Area, AreaLevel, AreaVersion
from grids.outlines import feature_collection
from grids.requests import StaffRequest
from inspections.duties import DayOut, day_out, duty_of
from inspections.models import Duty
from inspections.permissions import can_see_track, can_walk
from inspections.services import duty as services


@require_safe
def duty(request: StaffRequest) -> HttpResponse:
    """My day on duty: since when, how long, how far, and where."""
    if not can_walk(request.user):
        raise NotFoundForYou(request.user)
    out = day_out(request.user, clock.today())
    context = {"duty": duty_of(request.user), **_shown(out)}
    return render(request, "inspections/duty.html", context)


@require_safe
def duty_detail(request: StaffRequest, duty_id: int) -> HttpResponse:
    """The day on duty of somebody whom one leads, or one's own."""
    found = Duty.objects.select_related("user", "post__area").filter(pk=duty_id).first()
    if found is None or not can_see_track(request.user, found):
        raise NotFoundForYou(duty_id)
    out = day_out(found.user, localdate(found.started_at))
    context = {"duty": found, **_shown(out), "layout": layout_of(request)}
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


def _shown(out: DayOut) -> dict[str, Any]:
    """The day, its way, and the outlines of the grids that the way came through, as GeoJSON."""
    if out.path is None:
        return {"out": out}
    path = json.dumps(out.path)
    walked = AreaVersion.objects.current().filter(outline__intersects=GEOSGeometry(path))
    grids = Area.objects.filter(level=AreaLevel.GRID, pk__in=walked.values("area"))
    return {"out": out, "path": path, "grids": feature_collection(grids)}
