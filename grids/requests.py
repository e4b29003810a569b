"""Requests of staff."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from grids.models import User


class StaffRequest(HttpRequest):
    """A request of somebody who is logged in: nobody else gets past `LoginRequiredMiddleware`."""

    user: User
    htmx: HtmxDetails
