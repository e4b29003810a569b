"""Who is calling, by the session of the pages."""

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """The pages' log-in; without one the answer is 401, so that a phone knows to log in again."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="api"'
