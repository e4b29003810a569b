"""The page of one case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.models import Case
from gridgov.errors import NotFoundForYou


def case_detail(request: HttpRequest, number: str) -> HttpResponse:
    """What a case is, where it stands, how it came there, and what this person may do."""
    case = Case.objects.visible_to(request.user).filter(number=number).first()
    if case is None:
        raise NotFoundForYou(number)
    return render(request, "cases/case_detail.html", {"case": case})
