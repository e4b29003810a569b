"""What waits to be looked at on the spot."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.paging import MOST_URGENT_FIRST
from cases.workflow import Action
from grids.requests import StaffRequest
from inspections.parts import parts_of
from inspections.selectors import TO_LOOK_AT, Errand, count_waiting, waiting_for


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
