"""What needs me next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.permissions import can_report_case
from cases.selectors import reports_of
from grids.requests import StaffRequest
from inspections.permissions import can_handle_cases, can_verify_cases
from inspections.selectors import TO_HANDLE, TO_LOOK_AT, count_waiting, errands

MOST_SHOWN = 12
REPORTS_SHOWN = 3


@require_GET
def today(request: StaffRequest) -> HttpResponse:
    """The errands that wait for this person, the most urgent first, and what became of their last reports."""
    user = request.user
    waiting = errands(user, (*TO_LOOK_AT, *TO_HANDLE), limit=MOST_SHOWN)
    return render(
        request,
        "inspections/today.html",
        {
            "errands": waiting,
            "reports": list(reports_of(user)[:REPORTS_SHOWN]),
            "can_verify": can_verify_cases(user),
            "can_handle": can_handle_cases(user),
            "can_report": can_report_case(user),
            "to_look_at": count_waiting(user, TO_LOOK_AT),
            "to_handle": count_waiting(user, TO_HANDLE),
        },
    )
