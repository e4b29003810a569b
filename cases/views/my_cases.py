"""What I reported, and what became of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.models import Case
from cases.selectors import for_cards
from grids.requests import StaffRequest

ROWS = 20


@require_GET
def my_cases(request: StaffRequest) -> HttpResponse:
    """My reports, newest first; `?before=` an id shows the older ones."""
    cases = for_cards(Case.objects.filter(reporter=request.user)).order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal():
        cases = cases.filter(id__lt=int(before))
    rows = list(cases[: ROWS + 1])
    older = rows[ROWS - 1].pk if len(rows) > ROWS else None
    return render(
        request, "cases/my_cases.html", {"cases": rows[:ROWS], "older": older, "newest": not before}
    )
