"""One shape for every error of the API."""

from django.core.exceptions import ValidationError
from drf_standardized_errors.handler import ExceptionHandler as StandardExceptionHandler
from rest_framework import exceptions, serializers

from gridgov.errors import DomainError


class ExceptionHandler(StandardExceptionHandler):
    """Gives domain errors their status and code, and services' validation errors status 400."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, DomainError):
            error = exceptions.APIException(str(exc.message), exc.code)
            error.status_code = exc.status
            return error
        if isinstance(exc, ValidationError):
            return exceptions.ValidationError(serializers.as_serializer_error(exc))
        return super().convert_known_exceptions(exc)
