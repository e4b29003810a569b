"""Who is calling, by the key of another system."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from grids.api_keys import count_request, key_from, scopes_for, seconds_left
from grids.models import ApiKey, User


class KeyTooOften(exceptions.Throttled):
    """A key asked more often than it may in this minute."""

    default_detail = _("This key has asked too often.")


class ScopeMissing(exceptions.PermissionDenied):
    """The key is good, but not for this."""

    default_code = "scope_missing"


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer gg_…`: the key's account calls, within the key's scopes and as often as it may.

    All of that is judged here, so that no view can forget it.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise exceptions.AuthenticationFailed(_("Send one key: Authorization: Bearer gg_…"))
        key = admit(request._request, words[1].decode("latin-1"))
        return key.account, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def admit(request: HttpRequest, secret: str) -> ApiKey:
    """The key with this secret, let in to what is asked; its use is written down with the answer.

    Raises `AuthenticationFailed` (401) for none that opens anything, `KeyTooOften` (429) and `ScopeMissing` (403).
    """
    key = key_from(secret)
    if key is None:
        raise exceptions.AuthenticationFailed(_("This key is unknown, revoked or expired."))
    count = count_request(key)
    # The first one too many stands in the log; a flood of them would only fill it.
    if count <= key.per_minute + 1:
        request.api_key = key  # type: ignore[attr-defined]
    if count > key.per_minute:
        raise KeyTooOften(wait=seconds_left())
    needed = scopes_for(str(request.method), request.path)
    if needed is None:
        raise ScopeMissing(_("This address takes no keys: it is for people who are logged in."))
    if needed and not needed & set(key.scopes):
        raise ScopeMissing(_("This key lacks the scope %(scopes)s.") % {"scopes": " / ".join(sorted(needed))})
    return key


class OurKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells the OpenAPI schema of the keys."""

    target_class = "grids.api.keys.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key of another system: `gg_…`"}
