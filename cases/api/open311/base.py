"""What all addresses of Open311 share: format, errors, keys, how often strangers may ask, and the jurisdiction."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotFound, ParseError, PermissionDenied
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from cases.api.open311.errors import answer_error
from cases.api.open311.formats import ByExtension, JsonRenderer, XmlRenderer
from grids.api.keys import admit
from grids.models import ApiKey, Area, AreaLevel, User


class AppKeyAuthentication(BaseAuthentication):
    """The key of an app: `api_key` in the address or the form, as the specification says, or our header for keys."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        secret = _secret_in(request)
        if not secret:
            return None
        key = admit(request._request, secret)
        return key.account, key


class StrangersThrottle(AnonRateThrottle):
    """So many requests a minute from an address that shows no key; keys have a limit of their own."""

    scope = "open311"


class Open311View(APIView):
    """An address of Open311: no session, no cookie, and each answer in the form that its extension names."""

    authentication_classes = (AppKeyAuthentication,)
    permission_classes = (AllowAny,)
    throttle_classes = (StrangersThrottle,)
    parser_classes = (FormParser, MultiPartParser)
    renderer_classes = (XmlRenderer, JsonRenderer)
    content_negotiation_class = ByExtension
    metadata_class = None
    # The specification describes it; our own OpenAPI schema is of /api/v1/.
    schema = None
    http_method_names = ["get", "post", "head"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        values = [value for name, values in request.query_params.lists() for value in (name, *values)]
        if any("\0" in text for text in (request.path, *values)):
            raise ParseError(_("This address is damaged."))
        super().initial(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            # Whoever shows a key that opens nothing is a stranger too.
            self.check_throttles(request)
            raise

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response]:
        return answer_error

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        # Open to the pages of other sites: no cookie opens anything here.
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        return super().finalize_response(request, response, *args, **kwargs)


class NothingHere(Open311View):
    """What Open311 says at an address that it doesn't have."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound(_("There is nothing here."))


def argument(request: Request, name: str) -> str:
    """An argument of the address or the form; an empty one was not sent."""
    sent = request.query_params.get(name) or (request.POST.get(name) if request.method == "POST" else "")
    return (sent or "").strip()


def app_of(request: Request) -> User | None:
    """The account of the app that asks; None for a stranger."""
    return request.auth.account if isinstance(request.auth, ApiKey) else None


def require_app(request: Request) -> User:
    """The account of the app that asks. Raises `PermissionDenied` without a key."""
    app = app_of(request)
    if app is None:
        raise PermissionDenied(_("Send a key as api_key: it is missing."))
    return app


def jurisdiction_of(request: Request) -> Area | None:
    """The district that `jurisdiction_id` names by its code; None where none was named. Raises `NotFound`."""
    code = argument(request, "jurisdiction_id")
    if not code:
        return None
    districts = Area.objects.current().filter(level=AreaLevel.DISTRICT)
    found: Area | None = districts.filter(code=code).first() if code.isprintable() else None
    if found is None:
        raise NotFound(_("jurisdiction_id: there is no such jurisdiction."))
    return found


def _secret_in(request: Request) -> str:
    words = get_authorization_header(request).split()
    if len(words) == 2 and words[0].lower() == b"bearer":
        return words[1].decode("latin-1")
    return argument(request, "api_key")
