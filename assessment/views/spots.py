"""Where cases lie close together, and the campaigns made of them."""

from django.http import HttpResponse

from grids.requests import StaffRequest


def spots(request: StaffRequest) -> HttpResponse:
    return HttpResponse("")
