"""The lists of dispatchers, units and supervisors."""

from collections.abc import Callable, Mapping

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.queues import count_each, has_role
from cases.views.lists import list_view
from dispatch import queues
from gridgov.errors import NotFoundForYou
from grids.models import Role, User
from grids.requests import StaffRequest

# Tab → its label, and what would be there.
_DISPATCHER = {
    queues.WAITING: (_("To dispatch"), _("Nothing waits to be dispatched at your centre.")),
    queues.RETURNED: (_("Given back"), _("No unit has given a case back that waits for another one.")),
    queues.REQUESTS: (_("Returns asked for"), _("No unit asks to give a case back.")),
    queues.OUT: (_("With units"), _("No unit has a case of your centre in hand.")),
}
_SUPERVISOR = {
    queues.SUPERVISED: (
        _("Under supervision"),
        _("Nothing is under supervision: nothing overdue has reached the top."),
    ),
    queues.REQUESTS: (_("Requests"), _("No unit waits for a decision of yours.")),
    queues.OVERDUE: (_("Overdue"), _("Nothing is overdue.")),
}


def dispatch_list(request: StaffRequest) -> HttpResponse:
    """What waits at my centre for a unit; what units gave back or want to give back; what they have in hand."""
    _require(request, Role.DISPATCHER)
    return _tabbed(request, _DISPATCHER, queues.in_dispatch, "dispatch/dispatch_list.html")


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
    return _tabbed(request, _SUPERVISOR, queues.under_supervision, "dispatch/supervisor_list.html")


def _tabbed(
    request: StaffRequest,
    parts: Mapping[str, tuple[str | Promise, str | Promise]],
    queue: Callable[[User, str], QuerySet[Case]],
    template: str,
) -> HttpResponse:
    """A list in parts: `?show=` names one, the first is shown without."""
    asked = request.GET.get("show", "")
    show = asked if asked in parts else next(iter(parts))
    counted = not request.htmx or request.htmx.target == "counts"
    counts = count_each({name: queue(request.user, name) for name in parts}) if counted else {}
    return list_view(
        request,
        queue(request.user, show),
        template,
        empty=parts[show][1],
        tabs=[
            {"label": label, "url": f"?show={name}", "current": name == show, "count": counts.get(name)}
            for name, (label, _empty) in parts.items()
        ],
    )


def _require(request: StaffRequest, *roles: Role) -> None:
    if not has_role(request.user, *roles):
        raise NotFoundForYou()
