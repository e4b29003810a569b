"""The lists of dispatchers, units and supervisors."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases.permissions import IN_UNIT
from cases.queues import has_role
from cases.views.lists import list_view, tabbed_list_view
from cases.workflow import ReturnKind
from dispatch import queues
from gridgov.errors import NotFoundForYou
from grids.models import Role
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
    comes_back = request.GET.get("show") in (queues.RETURNED, queues.REQUESTS)
    return tabbed_list_view(
        request,
        _DISPATCHER,
        queues.in_dispatch,
        "dispatch/dispatch_list.html",
        given_back_kinds=ReturnKind.choices if comes_back else (),
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
    _require(request, *IN_UNIT)
    return list_view(
        request,
        queues.in_my_unit(request.user),
        "dispatch/unit_list.html",
        empty=_("Your unit has nothing in hand."),
    )


def supervisor_list(request: StaffRequest) -> HttpResponse:
    """What a supervisor looks after: the supervision list, requests to decide, and whatever is overdue."""
    _require(request, Role.SUPERVISOR, Role.LEADER)
    return tabbed_list_view(request, _SUPERVISOR, queues.under_supervision, "dispatch/supervisor_list.html")


def _require(request: StaffRequest, *roles: Role) -> None:
    if not has_role(request.user, *roles):
        raise NotFoundForYou()
