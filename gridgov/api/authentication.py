"""Who is calling, by the session of the pages."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.authentication import SessionScheme
from rest_framework import authentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from gridgov.second_factor import lacks_second_factor


class SessionAuthentication(authentication.SessionAuthentication):
    """The pages' log-in; without one the answer is 401, so that a phone knows to log in again."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="api"'

    def authenticate(self, request: Request) -> Any:
        """The person; raises `PermissionDenied` for administrators who have no second factor and must."""
        found = super().authenticate(request)
        if found and lacks_second_factor(found[0]):
            raise PermissionDenied(
                _("Administrators set up a second factor first: log in to the pages for it.")
            )
        return found


class OurSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """Tells the OpenAPI schema that ours is the session of the pages."""

    target_class = "gridgov.api.authentication.SessionAuthentication"
