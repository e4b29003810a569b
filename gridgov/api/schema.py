"""How the OpenAPI schema is made: what holds for every operation is said here once."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.openapi import AutoSchema as BaseAutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import AllowAny

ERROR_TYPES = ["validation_error", "client_error", "server_error"]


class ErrorRow(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField(help_text="For people, in the language of the request.")
    attr = serializers.CharField(allow_null=True, help_text="The field it is about.")


class ErrorAnswer(serializers.Serializer[Any]):
    """The one shape of every error."""

    type = serializers.ChoiceField(ERROR_TYPES)
    errors = ErrorRow(many=True)  # type: ignore[assignment]


ERRORS = {
    400: "Something in the request is missing or wrong.",
    401: "Log in, or send a token or a key that is valid.",
    403: "Your post does not allow this, or your key lacks the scope.",
    404: "It does not exist, or is not yours to see.",
    406: "Answers are JSON; photos are JPEG.",
    409: "Not possible now: things have moved on.",
    412: "If-Match names a version that is no longer the present one.",
    413: "A file, or the body, is too large.",
    415: "A file or the body is of a kind that is not accepted.",
    422: "The idempotency key came before with another body.",
    429: "Too many requests; see Retry-After.",
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 64 characters of your choice, such as a UUID. Sent again with the same content, "
    "it gets the first answer and changes nothing.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description='The version of the case that you saw, as in its ETag: `"7"`. When it has moved on, nothing is done.',
)


class AutoSchema(BaseAutoSchema):
    """Adds to each operation the headers it understands and the errors it may answer with."""

    def get_override_parameters(self) -> list[Any]:
        headers = []
        if self._is_write() and self._needs_login():
            headers.append(IDEMPOTENCY_KEY)
        if self._checks_version():
            headers.append(IF_MATCH)
        return [*super().get_override_parameters(), *headers]

    def get_summary(self) -> str:
        return str(self.get_description()).partition("\n")[0]

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._error_statuses():
            answer = OpenApiResponse(ErrorAnswer, ERRORS[status])
            bodies.setdefault(str(status), self._get_response_for_code(answer, str(status)))  # type: ignore[no-untyped-call]
        return bodies

    def _error_statuses(self) -> Iterator[int]:
        parameters = {parameter["in"] for parameter in self._get_parameters()}
        yield 406
        if self._is_write() or parameters & {"path", "query"}:
            yield from (400, 404)
        if self.view.get_authenticators():
            # A bad key or token is refused wherever one is read; a key may lack the scope, or come too often.
            yield from (401, 403, 429)
        if self._is_write():
            yield from (403, 409, 413, 415, 422)
        if self._checks_version():
            yield 412
        if self.view.get_throttles():
            yield 429

    def _is_write(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH", "DELETE")

    def _needs_login(self) -> bool:
        return not any(isinstance(permission, AllowAny) for permission in self.view.get_permissions())

    def _checks_version(self) -> bool:
        return self._is_write() and getattr(self.view, "checks_version", False)
