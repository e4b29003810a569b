"""What waits to be looked at on the spot: on the phone as cards, at the console as a list."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cases.models.case import CaseQuerySet
from cases.paging import MOST_URGENT_FIRST
from cases.views.lists import tabbed_list_view
from cases.workflow import Action
from gridgov.errors import NotFoundForYou
from grids.models import User
from grids.requests import StaffRequest
from inspections.parts import parts_of
from inspections.permissions import can_verify_cases
from inspections.selectors import TO_LOOK_AT, Errand, count_waiting, waiting_for

# Tab of the console's list → its label, and what would be there.
_TABS = {
    Action.VERIFY_PASS.value: (_("To verify"), _("Nothing waits to be verified in your area.")),
    Action.ANSWER_CHECK.value: (_("To check"), _("No report waits to be checked in your area.")),
}


@require_GET
def verification_list(request: StaffRequest) -> HttpResponse:
    """Handled cases to verify (核查), and reports to check before they are registered (核实); the most urgent first."""
    lists = {action.value: (waiting_for(request.user, [action]), MOST_URGENT_FIRST) for action in TO_LOOK_AT}
    parts = [
        {
            "action": action,
            "errands": [Errand(case) for case in part.cases],
            "count": count_waiting(request.user, [Action(action)]),
            "newer": part.newer,
            "older": part.older,
        }
        for action, part in parts_of(request, lists).items()
    ]
    return render(
        request,
        "inspections/verification_list.html",
        {"parts": parts, "any": any(part["errands"] for part in parts), "alone": len(parts) < len(lists)},
    )


@require_GET
def verification_queue(request: StaffRequest) -> HttpResponse:
    """The same at the console, for whoever leads from a desk: by time left, with holder and unit."""
    if not can_verify_cases(request.user):
        raise NotFoundForYou("verification")
    return tabbed_list_view(request, _TABS, _waiting_for, "inspections/verification_queue.html")


def _waiting_for(user: User, tab: str) -> CaseQuerySet:
    return waiting_for(user, [Action(tab)])
