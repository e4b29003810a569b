"""Calls to other systems, signed, and never into our own network."""

import hashlib
import hmac
import json
import socket
import time
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

TIMEOUT = urllib3.Timeout(connect=5, read=10)  # seconds
SIGNATURE = "X-GridGov-Signature"
JSON = {"Content-Type": "application/json; charset=utf-8"}
TOO_MANY = 429
MOST_BYTES, MOST_SECONDS = 8192, 10  # of an answer
# Behind these stands an IPv4 address (RFC 6052), which a gateway calls.
_NAT64 = IPv6Network("64:ff9b::/96")


class WebhookRefused(Exception):
    """The address may not be called, or what answered did not accept the message."""


class TooFast(WebhookRefused):
    """The receiver takes no more for a while: `pause` says how long to leave it alone."""

    def __init__(self, reason: str, pause: timedelta = timedelta(minutes=1)) -> None:
        super().__init__(reason)
        self.pause = pause


class Answer(NamedTuple):
    """What came back: the status, and the first bytes of the body."""

    status: int
    body: bytes


def post_webhook(url: str, *, key: str, message: Mapping[str, Any], secret: str = "") -> None:
    """POST a message as JSON, signed with HMAC-SHA256 of the secret over the body, by default `GRIDGOV_WEBHOOK_SECRET`.

    Raises `WebhookRefused` for an address that is not public or any answer but 2xx, and urllib3's errors
    when nobody answers in time. Redirects are not followed: they could lead inside.
    """
    body = as_json(message)
    signature = signature_of(body, secret or settings.WEBHOOK_SECRET)
    require_taken(post(url, body, {**JSON, "Idempotency-Key": key, SIGNATURE: f"sha256={signature}"}))


def require_taken(answer: Answer) -> None:
    """Raises `TooFast` for 429 and `WebhookRefused` for any other answer but 2xx."""
    if answer.status == TOO_MANY:
        raise TooFast(f"HTTP {TOO_MANY}")
    if not 200 <= answer.status < 300:
        raise WebhookRefused(f"HTTP {answer.status}")


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST to an address outside, whoever named it; raises as `post_webhook` does, but takes every answer."""
    parts, host, port = _parts_of(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _pool(parts.scheme, host, port) as pool:
        response = pool.urlopen(
            "POST",
            target,
            body=body,
            headers={**headers, "Host": parts.netloc.rpartition("@")[2]},
            timeout=TIMEOUT,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            return Answer(response.status, _beginning(response))
        finally:
            response.close()


def require_public(url: str) -> None:
    """Raises `WebhookRefused` for an address that no call goes to as far as can be told now; a silent name server tells nothing."""
    _parts, host, port = _parts_of(url)
    try:
        _checked_address(host, port)
    except OSError:
        return


def as_json(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False).encode()


def signature_of(body: bytes, secret: str) -> str:
    """The hex digest that a receiver compares with the header."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _parts_of(url: str) -> tuple[SplitResult, str, int]:
    """An http address with its host and port; raises `WebhookRefused` for anything else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if parts.scheme in ("http", "https") and host:
            host.encode("idna")  # as a name server is asked
            return parts, host, port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        pass
    raise WebhookRefused("not an http address")


def _beginning(response: urllib3.BaseHTTPResponse) -> bytes:
    """As much of the body as an answer needs; who lets it drip is not waited for."""
    body, until = b"", time.monotonic() + MOST_SECONDS
    while len(body) < MOST_BYTES and time.monotonic() < until:
        chunk = response.read1(MOST_BYTES)
        if not chunk:
            break
        body += chunk
    return body


def _pool(scheme: str, host: str, port: int) -> urllib3.HTTPConnectionPool:
    """Connections to the very address that was checked, so that a name can't turn inside meanwhile."""
    address = _checked_address(host, port)
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
    if isinstance(address, IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            within = IPv4Address(address.packed[-4:])
        if within:
            return _is_public(within)
    return address.is_global and not (address.is_multicast or address.is_reserved)
