"""What I reported, and what became of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cases.selectors import reports_of
from grids.requests import StaffRequest

ROWS = 20


@require_GET
def my_cases(request: StaffRequest) -> HttpResponse:
    """My reports, newest first; `?before=` an id shows the older ones."""
    cases = reports_of(request.user)
    before = request.GET.get("before", "")
    if before.isdecimal():
        cases = cases.filter(id__lt=int(before))
    rows = list(cases[: ROWS + 1])
    address = reverse("cases:my_cases")
    older = f"{address}?before={rows[ROWS - 1].pk}" if len(rows) > ROWS else ""
    context = {"cases": rows[:ROWS], "older": older, "newer": address if before else ""}
    return render(request, "cases/my_cases.html", context)
