"""The wall screen: figures of an area that go on by themselves."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases.filters import LIGHTS
from cases.workflow import Status
from dispatch.wall import can_show_wall, wall_areas, wall_of
from gridgov import clock
from gridgov.errors import NotFoundForYou
from grids.models import Area
from grids.requests import StaffRequest

# The day on which a wall renewed its session last.
_RENEWED = "wall_renewed"
_LABELS = {
    "reported": _("Reported today"),
    "registered": _("Registered today"),
    "handled": _("Handled today"),
    "closed": _("Closed today"),
    "open": _("Open now"),
    "overdue": _("Overdue now"),
}
# In which direction a figure is better; of the others neither is.
_BETTER_WHEN_LESS = {"overdue"}


@require_safe
def wall(request: StaffRequest) -> HttpResponse:
    """The wall of `?area=`, else of the largest area of one's posts; to dispatchers, supervisors and leaders."""
    area = _area(request)
    return render(request, "dispatch/wall.html", {"zone": settings.TIME_ZONE, **_shown(area)})


@require_safe
def wall_now(request: StaffRequest) -> HttpResponse:
    """What changes on the wall of `?area=`; keeps the session of a wall that nobody touches, with one write a day."""
    area = _area(request)
    today = clock.today().isoformat()
    if request.session.get(_RENEWED) != today:
        request.session[_RENEWED] = today
    response = render(request, "dispatch/wall_now.html", _shown(area))
    response["Cache-Control"] = "no-store"
    return response


def _area(request: StaffRequest) -> Area:
    asked = request.GET.get("area", "")
    area = (
        Area.objects.current().filter(code=asked).first()
        if asked
        else next(iter(wall_areas(request.user)), None)
    )
    if area is None or not can_show_wall(request.user, area):
        raise NotFoundForYou(asked)
    return area


def _shown(area: Area) -> dict[str, Any]:
    found = wall_of(area)
    figures = [
        {
            "name": figure.name,
            "label": _LABELS[figure.name],
            "now": f"{figure.now:,}",
            "then": f"{figure.then:,}",
            "more": figure.more,
            "difference": f"{abs(figure.more):,}",
            "tone": "worse" if figure.name in _BETTER_WHEN_LESS and figure.more > 0 else "",
        }
        for figure in found["figures"]
    ]
    lights = [
        {"name": name, "label": label, "number": f"{found['lights'][name]:,}"} for name, label in LIGHTS
    ]
    places = [rank.place for rank in found["ranking"]]
    ranking = [
        {
            "place": rank.place,
            "name": rank.name,
            "percent": rank.percent,
            "in_time": rank.in_time,
            "handled": rank.handled,
            "gap": index > 0 and rank.place > places[index - 1] + 1,
        }
        for index, rank in enumerate(found["ranking"])
    ]
    last = [{**case, "status_label": Status(case["status"]).label} for case in found["last"]]
    return {
        **found,
        "area": area,
        "figures": figures,
        "light_list": lights,
        "ranking": ranking,
        "last": last,
        "map_json": json.dumps(found["map"], separators=(",", ":")) if found["map"] else "",
    }
