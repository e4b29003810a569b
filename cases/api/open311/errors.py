"""Every refusal in the form of GeoReport v2: a list of codes with words for people."""

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import set_rollback

from gridgov.api.errors import TOO_MUCH
from gridgov.errors import DomainError

logger = logging.getLogger(__name__)

# The specification knows no others: 404 for what does not exist, 403 for the key, 400 for everything else. A wrong
# method or format, too many requests and our own faults keep the status that every client knows.
_AS_THEY_ARE = {403, 404, 405, 406, 429}


def answer_error(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to whatever was raised; what nobody expected is logged and is 500."""
    set_rollback()
    headers: dict[str, str] = {}
    if isinstance(error, exceptions.APIException):
        status, words = _status(error.status_code), list(_sentences(error.detail))
        wait = getattr(error, "wait", None)
        if wait is not None:
            headers["Retry-After"] = str(max(int(wait), 1))
    elif isinstance(error, DomainError):
        status, words = _status(error.status), [f"{error.message} {error.advice}".strip()]
    elif isinstance(error, ValidationError):
        status, words = 400, list(_sentences(serializers.as_serializer_error(error)))
    elif isinstance(error, Http404):
        status, words = 404, [_("There is nothing here.")]
    elif isinstance(error, PermissionDenied):
        status, words = 403, [_("Your key does not allow this.")]
    elif isinstance(error, TOO_MUCH):
        status, words = 400, [_("There is too much in this request.")]
    else:
        logger.error("An Open311 request failed", exc_info=error)
        # As Django does: tests and whoever watches for errors hear of it.
        got_request_exception.send(sender=None, request=context["request"]._request)
        status, words = 500, [_("Something went wrong here. Please try again later.")]
    errors = [{"code": status, "description": sentence} for sentence in words]
    return Response({"errors": errors}, status, headers=headers)


def _status(status: int) -> int:
    if status == 401:
        return 403
    return status if status in _AS_THEY_ARE or status >= 500 else 400


def _sentences(detail: Any, field: str = "") -> Iterator[str]:
    """What is wrong, a sentence each, with the name of the argument in front."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _sentences(inner, "" if name == "non_field_errors" else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _sentences(inner, field)
    else:
        yield f"{field}: {detail}" if field else str(detail)
