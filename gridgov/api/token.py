"""The token that other systems and scripts log in with."""

from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from gridgov.lockout import forget_tries, seconds_to_wait
from gridgov.second_factor import has_second_factor, must_have_second_factor
from gridgov.sign_in_forms import CodeForm


class NameThrottle(ScopedRateThrottle):
    """So many tries per user name, from wherever they come."""

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        name = request.data.get("username") if isinstance(request.data, dict) else None
        if not isinstance(name, str) or not name:
            return None
        ident = sha256(name.casefold().encode()).hexdigest()  # as long and as plain as a key may be
        return self.cache_format % {"scope": f"{self.scope}_name", "ident": ident}


class TokenQuestion(AuthTokenSerializer):
    """Name and password, and from those with a second factor its code: no token goes round it."""

    code = serializers.CharField(
        label=_("Code"),
        write_only=True,
        required=False,
        max_length=20,
        help_text="Of the authenticator app, or a recovery code; asked of those who have a second factor.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        user, code = attrs["user"], attrs.get("code", "")
        if has_second_factor(user):
            self._check_code(user, code)
        elif must_have_second_factor(user):
            text = _("Administrators set up a second factor first: log in to the pages for it.")
            raise serializers.ValidationError({"code": [text]}, code="second_factor_missing")
        return attrs

    def _check_code(self, user: Any, code: str) -> None:
        if not code:
            text = _("Send the code of your second factor along.")
            raise serializers.ValidationError({"code": [text]}, code="required")
        form = CodeForm(user=user, data={"code": code})
        if not form.is_valid():
            raise serializers.ValidationError(
                {"code": [str(error) for error in form.errors["code"]]}, code="wrong_code"
            )
        form.authenticator.record_usage()


class TokenAnswer(serializers.Serializer[Any]):
    token = serializers.CharField()


class ObtainToken(APIView):
    """Exchange a user name and password for a token; a wrong name and a wrong password look the same."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle, NameThrottle)
    throttle_scope = "auth"

    @extend_schema(request=TokenQuestion, responses=TokenAnswer, tags=["auth"])
    def post(self, request: Request) -> Response:
        page_request = request._request
        question = TokenQuestion(data=request.data, context={"request": page_request})
        if not question.is_valid():
            if getattr(page_request, "axes_locked_out", False):
                name = page_request.axes_credentials["username"]  # type: ignore[attr-defined]
                raise Throttled(wait=seconds_to_wait(page_request, name))
            question.is_valid(raise_exception=True)
        user = question.validated_data["user"]
        forget_tries(page_request, user.get_username())
        token, _made = Token.objects.get_or_create(user=user)
        return Response({"token": token.key})
