"""Where the schema of the API is read."""

from threading import Lock
from typing import Any

from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

_one_at_a_time = Lock()


class SchemaView(SpectacularAPIView):
    """The schema, made for one reader at a time.

    drf-spectacular loads its extensions when the first schema is made, and two that load them at once break each other.
    """

    schema = None  # it does not describe itself

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with _one_at_a_time:
            response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        return response
