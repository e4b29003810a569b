"""One shape for every error of the API."""

from dataclasses import replace

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.formatter import ExceptionFormatter as StandardExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler as StandardExceptionHandler
from drf_standardized_errors.types import Error
from rest_framework import exceptions, serializers

from gridgov.errors import DomainError

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


class TooMuchSent(DomainError):
    """A body, or a number of its parts, that Django refuses to read."""

    code = "too_much_sent"
    status = 413
    message = _("There is too much in this request.")


class ExceptionHandler(StandardExceptionHandler):
    """Gives domain errors their status and code, and services' validation errors status 400."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, DomainError):
            error = exceptions.APIException(str(exc.message), exc.code)
            error.status_code = exc.status
            return error
        if isinstance(exc, TOO_MUCH):
            return self.convert_known_exceptions(TooMuchSent())
        if isinstance(exc, ValidationError):
            return exceptions.ValidationError(serializers.as_serializer_error(exc))
        return super().convert_known_exceptions(exc)


class ExceptionFormatter(StandardExceptionFormatter):
    """Gives each error a code: a form's own refusal may come without one."""

    def get_errors(self) -> list[Error]:
        return [replace(error, code=error.code or "invalid") for error in super().get_errors()]
