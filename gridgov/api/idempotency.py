"""API requests that a client may send twice under one `Idempotency-Key`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpResponse, HttpResponseBase, QueryDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov.idempotency import REPLAYED, Answer, answer_once, fingerprint_of, form_fields

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Callable[..., HttpResponseBase]:
    """A view's method (post, put, patch, delete) that is done once per `Idempotency-Key` header.

    The same key and content get the first answer to the byte, with `Idempotency-Replayed: true`; other
    content is refused with 422. An answer that is not a success leaves the key free. Without the header
    the method runs as usual.
    """

    @wraps(handler)
    def wrapper(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        first: list[Response] = []

        def handle() -> Answer | None:
            response = handler(view, request, *args, **kwargs)
            # Rendered here, so that its very bytes are what is kept.
            first.append(view.finalize_response(request, response, *args, **kwargs).render())
            if not 200 <= response.status_code < 300:
                return None
            return Answer(
                response.status_code, response.content.decode(), response.headers.get("Location", "")
            )

        answer = answer_once(
            owner=cast(AbstractBaseUser, request.user) if request.user.is_authenticated else None,
            key=key,
            fingerprint=_fingerprint(request),
            handle=handle,
        )
        return first[0] if first else _replay(cast(Answer, answer), request)

    return wrapper


def _fingerprint(request: Request) -> str:
    body = form_fields(request.POST) if isinstance(request.data, QueryDict) else request.data
    return fingerprint_of(str(request.method), request.get_full_path(), body, request.FILES)


def _replay(answer: Answer, request: Request) -> HttpResponse:
    content_type = _content_type(request) if answer.body else None
    response = HttpResponse(answer.body, status=answer.status, content_type=content_type)
    if answer.location:
        response["Location"] = answer.location
    response[REPLAYED] = "true"
    return response


def _content_type(request: Request) -> str:
    """As the first answer was sent: the address, and so the format, is the same."""
    renderer = request.accepted_renderer
    return (
        f"{renderer.media_type}; charset={renderer.charset}" if renderer.charset else str(renderer.media_type)
    )
