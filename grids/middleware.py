"""The log of what came with a key."""

from ipaddress import ip_address

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from rest_framework.throttling import BaseThrottle

from grids.models import ApiKey
from grids.services.api_keys import note_use


class KeyUseMiddleware(MiddlewareMixin):
    """Writes down each request that came with a key, when its answer stands and its transaction is over."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        key: ApiKey | None = getattr(request, "api_key", None)
        if key is not None:
            note_use(
                key,
                method=str(request.method),
                path=request.path,
                status=response.status_code,
                address=_address_of(request),
            )
        return response


def _address_of(request: HttpRequest) -> str | None:
    """Where it came from, as far as the setting says whom to believe."""
    try:
        return str(ip_address(BaseThrottle().get_ident(request) or ""))  # type: ignore[arg-type]
    except ValueError:  # a socket has none
        return None
