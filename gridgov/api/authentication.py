"""Who is calling, by the session of the pages."""

from drf_spectacular.authentication import SessionScheme
from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """The pages' log-in; without one the answer is 401, so that a phone knows to log in again."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="api"'


class OurSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """Tells the OpenAPI schema that ours is the session of the pages."""

    target_class = "gridgov.api.authentication.SessionAuthentication"
