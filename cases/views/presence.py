"""The heartbeat of an open case: says that it is still open here, and hears who else has it open."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from cases.models import Case
from cases.presence import close_case_page, open_case
from gridgov.errors import NotFoundForYou
from grids.requests import StaffRequest


@require_POST
def case_presence(request: StaffRequest, number: str) -> HttpResponse:
    """The line that names the others; with `?left` the page says goodbye instead."""
    case = Case.objects.visible_to(request.user).filter(number=number).first()
    if case is None:
        raise NotFoundForYou(number)
    if "left" in request.GET:
        close_case_page(case, request.user)
        return HttpResponse(status=204)
    context = {"case": case, "open_with": open_case(case, request.user)}
    return render(request, "cases/presence.html", context)
