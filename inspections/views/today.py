"""What needs me next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.permissions import can_report_case
from cases.selectors import reports_of
from grids.requests import StaffRequest
from inspections.duties import duty_of
from inspections.permissions import can_handle_cases, can_lead, can_verify_cases, can_walk
from inspections.selectors import TO_HANDLE, TO_LOOK_AT, count_waiting, errands
from inspections.task_cards import my_tasks, rounds_of

MOST_SHOWN = 12
TASKS_SHOWN = 30
REPORTS_SHOWN = 3


@require_GET
def today(request: StaffRequest) -> HttpResponse:
    """This person's tasks, the errands that wait for them, and what became of their last reports."""
    user = request.user
    walks = can_walk(user)
    tasks = my_tasks(user, TASKS_SHOWN)
    return render(
        request,
        "inspections/today.html",
        {
            "tasks": tasks,
            "rounds": rounds_of(tasks),
            "errands": errands(user, (*TO_LOOK_AT, *TO_HANDLE), limit=MOST_SHOWN),
            "reports": list(reports_of(user)[:REPORTS_SHOWN]),
            "duty": duty_of(user) if walks else None,
            "can_walk": walks,
            "can_lead": can_lead(user),
            "can_verify": can_verify_cases(user),
            "can_handle": can_handle_cases(user),
            "can_report": can_report_case(user),
            "to_look_at": count_waiting(user, TO_LOOK_AT),
            "to_handle": count_waiting(user, TO_HANDLE),
        },
    )
