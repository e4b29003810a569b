"""What the API says at an address that it doesn't have."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from gridgov.errors import NotFoundForYou


@extend_schema(exclude=True)
class NothingHere(APIView):
    """Errors of the API have one shape, this one too."""

    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFoundForYou(request.path)
