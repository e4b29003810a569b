"""The lists of dispatchers, units and supervisors."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.queues import count_each, has_role
from cases.views.lists import list_view
from dispatch import queues
from gridgov.errors import NotFoundForYou
from grids.models import Role
from grids.requests import StaffRequest

_SHOWN = {
    queues.SUPERVISED: (
        _("Under supervision"),
        _("Nothing is under supervision: nothing overdue has reached the top."),
    ),
    queues.REQUESTS: (_("Requests"), _("No unit is waiting for a decision.")),
    queues.OVERDUE: (_("Overdue"), _("Nothing is overdue. Well done.")),
}


def dispatch_list(request: StaffRequest) -> HttpResponse:
    """What is registered at my centre and waits for a unit, the least time left first."""
    _require(request, Role.DISPATCHER)
    return list_view(
        request,
        queues.waiting_for_dispatch(request.user),
        "dispatch/dispatch_list.html",
        empty=_("Nothing waits to be dispatched at your centre."),
    )


def unrouted_list(request: StaffRequest) -> HttpResponse:
    """What waits for a unit while no responsibility names one."""
    _require(request, Role.DISPATCHER)
    return list_view(
        request,
        queues.without_unit(request.user),
        "dispatch/unrouted_list.html",
        empty=_("Every case that waits has a unit that answers for it."),
    )


def unit_list(request: StaffRequest) -> HttpResponse:
    """What my unit has in hand, the least time left first; the suspended ones last."""
    _require(request, Role.HANDLER, Role.OFFICER)
    return list_view(
        request,
        queues.in_my_unit(request.user),
        "dispatch/unit_list.html",
        empty=_("Your unit has nothing in hand."),
    )


def supervisor_list(request: StaffRequest) -> HttpResponse:
    """What a supervisor looks after: the supervision list, requests to decide, and whatever is overdue."""
    _require(request, Role.SUPERVISOR, Role.LEADER)
    show = request.GET.get("show", queues.SUPERVISED)
    show = show if show in _SHOWN else queues.SUPERVISED
    counts = (
        {}
        if request.htmx
        else count_each({name: queues.under_supervision(request.user, name) for name in _SHOWN})
    )
    here = reverse("dispatch:supervisor_list")
    return list_view(
        request,
        queues.under_supervision(request.user, show),
        "dispatch/supervisor_list.html",
        empty=_SHOWN[show][1],
        tabs=[
            {"label": label, "url": f"{here}?show={name}", "current": name == show, "count": counts.get(name)}
            for name, (label, _empty) in _SHOWN.items()
        ],
    )


def _require(request: StaffRequest, *roles: Role) -> None:
    if not has_role(request.user, *roles):
        raise NotFoundForYou()
