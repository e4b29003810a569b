"""Reporting without an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def public_report(request: HttpRequest) -> HttpResponse:
    return render(request, "cases/public/public_report.html")
