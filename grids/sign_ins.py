"""Noting where people are logged in, without a write on each request."""

import time
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

from gridgov import clock
from gridgov.lockout import address_of
from grids.models import SignIn, User

TOUCH_EVERY_S = 300
_MOST_REMEMBERED = 20_000
# When this process last wrote down that a session was seen.
_written: dict[str, float] = {}


def note_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Somebody logged in: from now on their own page lists it."""
    if not request.session.session_key:
        request.session.save()
    _note(request, user)


class SignInMiddleware(MiddlewareMixin):
    """Writes down every few minutes that a log-in is in use."""

    def process_request(self, request: HttpRequest) -> None:
        key, user = request.session.session_key, request.user
        if (
            not key
            or not isinstance(user, User)
            or time.monotonic() - _written.get(key, -TOUCH_EVERY_S) < TOUCH_EVERY_S
        ):
            return
        seen = {"seen_at": clock.now(), "address": address_of(request)}
        if SignIn.objects.filter(session_id=key, user=user).update(**seen):
            _remember(key)
        else:
            _note(request, user)


def _note(request: HttpRequest, user: User) -> None:
    key, now = str(request.session.session_key), clock.now()
    values = {
        "user": user,
        "address": address_of(request),
        "browser": request.META.get("HTTP_USER_AGENT", "")[:255].replace("\0", ""),
        "since": now,
        "seen_at": now,
    }
    try:
        with transaction.atomic():
            SignIn.objects.update_or_create(session_id=key, defaults=values)
    except IntegrityError:
        return  # ended meanwhile
    _remember(key)


def _remember(key: str) -> None:
    if len(_written) >= _MOST_REMEMBERED:
        _written.clear()
    _written[key] = time.monotonic()
