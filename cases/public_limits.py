"""How often somebody without an account may do something: counted by device and by address, known by keyed hashes alone."""

import ipaddress
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_ratelimit.core import get_usage

from cases.services.citizen import Sender
from cases.services.senders import is_blocked
from gridgov import lockout
from gridgov.errors import DomainError, NotFoundForYou

DEVICE_COOKIE = "device"
_DEVICE_SALT = "cases.device"
_KEPT_S = 2 * 365 * 24 * 3600
_SOFT, _HARD = 0, 1

View = Callable[..., HttpResponseBase]
Found = TypeVar("Found")


class TooOften(DomainError):
    """So much has come from this device or address that nothing more is taken for a while."""

    code = "too_often"
    status = 429
    message = _("That was very often from this device or network.")
    advice = _(
        "Nothing was sent. Please try again tomorrow; what is urgent you can say at once by phone: 12345."
    )


class SenderBlocked(DomainError):
    """Somebody keeps this device or address out for a time."""

    code = "sender_blocked"
    status = 403
    message = _("Nothing is taken from this device or network for the time being.")
    advice = _(
        "Too much came from here that was no report. What you have to say you can say by phone: 12345."
    )


def for_everybody(view: View) -> View:
    """A page without an account: the browser keeps a number of its own, by which limits and joinings know it again."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        known = device_of(request)
        if not known:
            request._device = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        if not known:
            response.set_signed_cookie(
                DEVICE_COOKIE,
                device_of(request),
                salt=_DEVICE_SALT,
                max_age=_KEPT_S,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return login_not_required(wrapper)


def device_of(request: HttpRequest) -> str:
    """The number that a browser keeps; empty for one that keeps none."""
    fresh = getattr(request, "_device", "")
    if fresh:
        return str(fresh)
    try:
        return str(request.get_signed_cookie(DEVICE_COOKIE, "", salt=_DEVICE_SALT))
    except BadSignature:
        return ""


def address_of(request: HttpRequest) -> str:
    """The address of the network somebody comes from: an IPv4 address, or the /64 of an IPv6 one; empty if unknown."""
    told = lockout.address_of(request)
    if told is None:
        return ""
    address = ipaddress.ip_address(told)
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def sender_of(request: HttpRequest, *, email: str = "") -> Sender:
    """What is kept of whoever sends this: hashes keyed with the site's secret, and their language."""
    return Sender(
        email=email,
        language=get_language() or "",
        address_hash=hashed("address", address_of(request)),
        device_hash=hashed("device", device_of(request)),
    )


def count_once(request: HttpRequest, door: str) -> None:
    """Count one use of a door of `PUBLIC_LIMITS`; raises `TooOften` past its limits, `SenderBlocked` for who is kept out."""
    sender = sender_of(request)
    if is_blocked(sender.device_hash, sender.address_hash):
        raise SenderBlocked(door)
    full = False
    for key in _keys(sender):
        _usage(request, door, _SOFT, key, counts=True)
        usage = _usage(request, door, _HARD, key, counts=True)
        # Each is counted, whichever closes the door.
        full = bool(usage and usage["should_limit"]) or full
    if full:
        raise TooOften(door)


def is_challenged(request: HttpRequest, door: str) -> bool:
    """Whether so much came through a door of late that the next one answers a small question first."""
    usages = [_usage(request, door, _SOFT, key, counts=False) for key in _keys(sender_of(request))]
    return any(usage["count"] >= usage["limit"] for usage in usages if usage)


def require_open(request: HttpRequest, door: str) -> None:
    """Raises `TooOften` where a door is closed already; this counts nothing: only those who miss are counted there."""
    usages = [_usage(request, door, _HARD, key, counts=False) for key in _keys(sender_of(request))]
    if any(usage["count"] >= usage["limit"] for usage in usages if usage):
        raise TooOften(door)


def found_by_code(request: HttpRequest, typed: str, find: Callable[[str], Found]) -> Found:
    """What `find` finds by a code; each wrong one is counted, and after many none is looked up any more.

    Raises `NotFoundForYou`, and `TooOften` for whoever tries codes.
    """
    require_open(request, "code")
    try:
        return find(typed)
    except NotFoundForYou:
        count_once(request, "code")
        raise


def _keys(sender: Sender) -> list[tuple[str, str]]:
    keys = [("device", sender.device_hash), ("address", sender.address_hash)]
    return [(kind, value) for kind, value in keys if value]


def _usage(
    request: HttpRequest, door: str, which: int, key: tuple[str, str], *, counts: bool
) -> dict[str, Any] | None:
    """How often and how often at most; None where nothing is counted."""
    kind, value = key
    rate = settings.PUBLIC_LIMITS[door][kind][which]
    usage: dict[str, Any] | None = get_usage(
        request, group=f"{door}:{kind}", key=lambda *_args: value, rate=rate, increment=counts
    )
    return usage


def hashed(kind: str, value: str) -> str:
    """What is kept of a sender's address or device: a hash keyed with the site's secret; empty for none."""
    return salted_hmac(f"cases.sender.{kind}", value, algorithm="sha256").hexdigest() if value else ""
