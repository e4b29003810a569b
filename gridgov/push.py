"""Web push: what a browser shows though no page of ours is open (RFC 8030, 8291 and 8292)."""

import base64
import json
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from gridgov.models import PushSubscription
from gridgov.webhooks import Answer, TooFast, WebhookRefused, post

# Seconds that the push service keeps a message for a browser that is switched off.
KEEP = 24 * 3600
GONE = (404, 410)


class SubscriptionEnded(Exception):
    """The push service no longer knows this browser: it has withdrawn, or its address was changed."""


class _Response(NamedTuple):
    """What the library reads of an answer."""

    status_code: int
    reason: str
    text: str
    headers: dict[str, str]


class _Guarded:
    """Takes the place of the library's own connections: it calls as all our calls outside are made, never inside."""

    def post(self, url: str, *, data: bytes, headers: dict[str, str], timeout: object) -> _Response:
        answer: Answer = post(url, data, {name: str(value) for name, value in headers.items()})
        return _Response(answer.status, "", answer.body.decode(errors="replace")[:200], {})


def post_push(subscription: PushSubscription, *, title: str, text: str, url: str, urgent: bool) -> None:
    """Show a text in a browser, encrypted for it alone; `url` is a path of this site that a click opens.

    Raises `SubscriptionEnded` where the browser is gone, `WebhookRefused` where the push service refuses or its host is
    not among `settings.PUSH_HOSTS`.
    """
    require_push_host(subscription.endpoint)
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    session: Any = _Guarded()
    try:
        webpush(
            {"endpoint": subscription.endpoint, "keys": keys},
            data=json.dumps({"title": title, "text": text, "url": url}, ensure_ascii=False),
            vapid_private_key=_vapid(settings.VAPID_PRIVATE_KEY),
            vapid_claims={"sub": settings.VAPID_CONTACT},
            ttl=KEEP,
            headers={"Urgency": "high" if urgent else "normal"},
            requests_session=session,
        )
    except WebPushException as error:
        if error.status_code in GONE:
            raise SubscriptionEnded from error
        reason = f"HTTP {error.status_code}" if error.status_code else error.message
        raise (TooFast if error.status_code == 429 else WebhookRefused)(reason) from error


def require_push_host(endpoint: str) -> None:
    """Raises `WebhookRefused` for an address that is not a push service's: browsers name it, and whoever plays one."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    known = any(host == name or host.endswith(f".{name}") for name in settings.PUSH_HOSTS)
    # Strangers name these addresses: what webhooks may call inside is no push service for that.
    if not known or (parts.scheme != "https" and host not in settings.WEBHOOK_ALLOW):
        raise WebhookRefused("not the address of a push service that GRIDGOV_PUSH_HOSTS names")


def public_key() -> str:
    """What browsers ask for to let this site push to them, "" where web push is off; base64url."""
    if "webpush" not in settings.NOTICE_CHANNELS:
        return ""
    point = _vapid(settings.VAPID_PRIVATE_KEY).public_key.public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


@lru_cache(maxsize=2)
def _vapid(private_key: str) -> Vapid02:
    return Vapid02.from_string(private_key)
