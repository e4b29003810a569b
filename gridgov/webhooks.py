"""Calls to other systems, signed, and never into our own network."""

import hashlib
import hmac
import json
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

TIMEOUT = urllib3.Timeout(connect=5, read=10)  # seconds
SIGNATURE = "X-GridGov-Signature"


class WebhookRefused(Exception):
    """The address may not be called, or what answered did not accept the message."""


def post_webhook(url: str, *, key: str, message: Mapping[str, Any]) -> None:
    """POST a message as JSON, signed with HMAC-SHA256 of `GRIDGOV_WEBHOOK_SECRET` over the body.

    Raises `WebhookRefused` for an address that is not public or any answer but 2xx, and urllib3's errors
    when nobody answers in time. Redirects are not followed: they could lead inside.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WebhookRefused(f"not an http address: {url}")
    body = json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False).encode()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _pool(parts.scheme, parts.hostname, parts.port) as pool:
        response = pool.urlopen(
            "POST",
            target,
            body=body,
            headers={
                "Host": parts.netloc.rpartition("@")[2],
                "Content-Type": "application/json",
                "Idempotency-Key": key,
                SIGNATURE: f"sha256={signature_of(body)}",
            },
            timeout=TIMEOUT,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        response.close()
    if not 200 <= response.status < 300:
        raise WebhookRefused(f"HTTP {response.status}")


def signature_of(body: bytes) -> str:
    """The hex digest that a receiver compares with the header."""
    return hmac.new(settings.WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()


def _pool(scheme: str, host: str, port: int | None) -> urllib3.HTTPConnectionPool:
    """Connections to the very address that was checked, so that a name can't turn inside meanwhile."""
    address = _checked_address(host, port or (443 if scheme == "https" else 80))
    if scheme == "https":
        return urllib3.HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host)
    return urllib3.HTTPConnectionPool(address, port)


def _checked_address(host: str, port: int) -> str:
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host not in settings.WEBHOOK_ALLOW:
        for address in found:
            if not _is_public(ip_address(address.partition("%")[0])):
                raise WebhookRefused(f"{host} is inside the own network; GRIDGOV_WEBHOOK_ALLOW can allow it")
    return found[0]


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if mapped:
        return _is_public(mapped)
    return address.is_global and not address.is_multicast
