"""The settings of a web that says in a header how many queries an answer took; its times are not measured."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from gridgov.settings import *  # noqa: F403
from gridgov.settings import MIDDLEWARE

HEADER = "X-Queries"
MIDDLEWARE = ["benchmarks.counting.count_queries", *MIDDLEWARE]


def count_queries(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Count every statement of a request, savepoints included."""
    from django.db import connection

    def middleware(request: HttpRequest) -> HttpResponse:
        count = 0

        def counted(execute: Callable[..., Any], *statement: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*statement)

        with connection.execute_wrapper(counted):
            response = get_response(request)
        response[HEADER] = str(count)
        return response

    return middleware
