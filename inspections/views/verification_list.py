"""What waits to be looked at on the spot."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from grids.requests import StaffRequest
from inspections.selectors import TO_LOOK_AT, count_waiting, errands

MOST_SHOWN = 50


@require_GET
def verification_list(request: StaffRequest) -> HttpResponse:
    """Handled cases to verify (核查), and reports to check before they are registered (核实); the most urgent first."""
    parts = [
        {
            "action": action,
            "errands": errands(request.user, [action], limit=MOST_SHOWN),
            "count": count_waiting(request.user, [action]),
        }
        for action in TO_LOOK_AT
    ]
    return render(
        request,
        "inspections/verification_list.html",
        {"parts": parts, "any": any(part["errands"] for part in parts)},
    )
