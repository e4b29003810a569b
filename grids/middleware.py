"""The log of what came with a key."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from gridgov.lockout import address_of
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
                address=address_of(request),
            )
        return response
