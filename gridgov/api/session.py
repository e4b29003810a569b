"""Who is logged in, and the token that a write needs: what a phone asks before it sends what it kept."""

from typing import Any

from django.middleware.csrf import get_token
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class SessionUser(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class Session(serializers.Serializer[Any]):
    user = SessionUser()
    csrf = serializers.CharField(help_text="Goes along with each write as X-CSRFToken.")


@method_decorator(never_cache, name="dispatch")
class SessionView(APIView):
    @extend_schema(operation_id="get_session", responses=Session)
    def get(self, request: Request) -> Response:
        """Who is logged in. The answer shows that the server is there, and brings a fresh CSRF token."""
        user = {"id": request.user.pk, "name": str(request.user)}
        return Response({"user": user, "csrf": get_token(request._request)})
