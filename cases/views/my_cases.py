"""What I reported, and what became of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cases.selectors import reports_of
from gridgov.asked import number_asked
from grids.requests import StaffRequest

ROWS = 20


@require_GET
def my_cases(request: StaffRequest) -> HttpResponse:
    """My reports, newest first; `?before=` an id shows the older ones."""
    cases = reports_of(request.user)
    before = number_asked(request.GET.get("before", ""))
    if before is not None:
        cases = cases.filter(id__lt=before)
    rows = list(cases[: ROWS + 1])
    address = reverse("cases:my_cases")
    older = f"{address}?before={rows[ROWS - 1].pk}" if len(rows) > ROWS else ""
    context = {"cases": rows[:ROWS], "older": older, "newer": address if before is not None else ""}
    return render(request, "cases/my_cases.html", context)
