"""Too many wrong tries: a name has to wait at the address they came from, and nowhere else."""

from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from rest_framework.throttling import BaseThrottle

_LONGEST_NAME = 150


def address_of(request: HttpRequest) -> str | None:
    """Where a request comes from, by the API's rule of whom to believe; None where that is no address."""
    try:
        return str(ip_address(BaseThrottle().get_ident(request).strip()))  # type: ignore[arg-type]
    except (AttributeError, KeyError, ValueError):
        return None


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name that a try is counted for, whatever its case; cut where no user name is longer."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(name)[:_LONGEST_NAME].casefold()


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether this name has to wait at the request's address; if so, the answer becomes the page that says it."""
    locked = bool(AxesProxyHandler.is_locked(request, {"username": username}))
    if locked:
        request.axes_locked_out = True  # type: ignore[attr-defined]
        request.axes_credentials = {"username": username}  # type: ignore[attr-defined]
    return locked


def count_wrong_try(request: HttpRequest, username: str) -> None:
    """Count a wrong code, or a password typed once more, like a wrong log-in."""
    AxesProxyHandler.user_login_failed(sender=__name__, credentials={"username": username}, request=request)


def forget_tries(request: HttpRequest, username: str) -> None:
    """Begin at nothing again: somebody who may has come in."""
    _tries(request, username).delete()


def seconds_to_wait(request: HttpRequest, username: str) -> int:
    """How long the name has to wait at this address; 0 when it does not."""
    last = _tries(request, username).aggregate(last=Max("attempt_time"))["last"]
    if last is None:
        return 0
    return max(0, int((last + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds()) + 1)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page that says what to do and when; the API's views say it in their own shape."""
    if response is not None and request.path.startswith("/api/"):
        return response
    seconds = seconds_to_wait(request, name_tried(request, credentials))
    page = render(request, "registration/locked_out.html", {"until": _in(seconds)}, status=429)
    page["Retry-After"] = str(seconds)
    return page


def _in(seconds: int) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def _tries(request: HttpRequest, username: str) -> Any:
    name = name_tried(request, {"username": username})
    return AccessAttempt.objects.filter(username=name, ip_address=address_of(request))
