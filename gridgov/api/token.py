"""The token that other systems and scripts log in with."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView


class NameThrottle(ScopedRateThrottle):
    """So many tries per user name, from wherever they come."""

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        name = request.data.get("username") if isinstance(request.data, dict) else None
        if not isinstance(name, str) or not name:
            return None
        return self.cache_format % {"scope": f"{self.scope}_name", "ident": name.casefold()}


class TokenAnswer(serializers.Serializer[Any]):
    token = serializers.CharField()


class ObtainToken(APIView):
    """Exchange a user name and password for a token; a wrong name and a wrong password look the same."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle, NameThrottle)
    throttle_scope = "auth"

    @extend_schema(request=AuthTokenSerializer, responses=TokenAnswer, tags=["auth"])
    def post(self, request: Request) -> Response:
        credentials = AuthTokenSerializer(data=request.data, context={"request": request})
        credentials.is_valid(raise_exception=True)
        token, _made = Token.objects.get_or_create(user=credentials.validated_data["user"])
        return Response({"token": token.key})
