"""Errors in plain words, pages in the language that a person chose, and who changed what in the admin."""

from typing import Any

import pghistory.middleware
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from gridgov.errors import DomainError
from gridgov.forms import typed_in

_HEADINGS = {403: _("Not allowed"), 404: _("Not found")}


class AddressMiddleware(MiddlewareMixin):
    """Refuses addresses with a zero byte, which no database takes: nobody types one, only those who try doors."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if request.path.startswith("/open311/"):  # which says all its refusals in a form of its own
            return None
        if request.path.startswith("/api/"):  # whose filters say themselves what they don't understand
            return _json_refusal() if "\0" in request.path else None
        has_zero = "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")
        return HttpResponseBadRequest() if has_zero else None


def _json_refusal() -> HttpResponse:
    """A refusal in the API's one shape."""
    error = {"code": "bad_request", "detail": translation.gettext("There is nothing here."), "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=400)


class DomainErrorMiddleware(MiddlewareMixin):
    """Shows a `DomainError` that a page raised as a page, or as a fragment to htmx, with its status."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ValidationError):
            # Forms show theirs beside the field; this is one that a service raised past its form.
            error = DomainError(message=" ".join(error.messages), code="invalid", status=400)
        if not isinstance(error, DomainError):
            return None
        template = (
            "components/error_state.html" if request.headers.get("HX-Request") else "gridgov/error.html"
        )
        context = {
            "heading": _HEADINGS.get(error.status, _("Not possible")),
            "title": error.message,
            "text": error.advice,
            "href": _page_before(request),
            "label": _("Back"),
            "typed": typed_in(request),
        }
        return render(request, template, context, status=error.status)


class WholePageMiddleware(MiddlewareMixin):
    """Answers whoever opens an address of a part, or one that only takes what forms send, with a page of this house."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.headers.get("Sec-Fetch-Dest") != "document" or request.path.startswith("/api/"):
            return response
        if response.status_code == 405 and not response.content:
            context = {
                "heading": _("Not possible"),
                "title": _("This address only takes what a form sends."),
                "text": _("Nothing was changed. Go to the page with the form and send it from there."),
                "href": resolve_url("/"),
                "label": _("To the start page"),
            }
            page = render(request, "gridgov/error.html", context, status=405)
            page["Allow"] = response["Allow"]
            return page
        if response.status_code == 200 and _is_part(response):
            response.content = render(
                request, "gridgov/part.html", {"part": response.content.decode()}
            ).content
        return response


def _is_part(response: HttpResponse) -> bool:
    """Whether it is HTML for a place in a page, without a head of its own."""
    is_html = response.get("Content-Type", "").startswith("text/html") and not response.streaming
    return is_html and not response.content.lstrip()[:9].lower().startswith(b"<!doctype")


def _page_before(request: HttpRequest) -> str:
    """The page that the person came from when it is ours, else the start page."""
    before = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        return before
    return resolve_url("/")


class LanguageMiddleware(MiddlewareMixin):
    """Speaks the language that the person chose, on whichever device they log in."""

    def process_request(self, request: HttpRequest) -> None:
        language = getattr(request.user, "language", "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Writes into the history of reference data who changed it.

    Only in the admin, where that is done: it makes every statement that writes longer, and a case's steps have
    their own timeline.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if request.path.startswith(reverse("admin:index")):
            return super().__call__(request)  # type: ignore[no-untyped-call]
        return self.get_response(request)
