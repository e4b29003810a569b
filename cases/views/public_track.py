"""Following a case without an account: type the code, read the course, say how it ended."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import services
from cases.course import Course, course_of, follower_by, photo_for
from cases.forms.public_track import NotSolvedForm, QuestionsForm, TrackForm
from cases.models import Case, Follower
from cases.public_limits import count_once, for_everybody, found_by_code
from cases.tracking_codes import spaced
from cases.workflow import Status
from gridgov import clock
from gridgov.errors import DomainError, NotFoundForYou, StepNotAllowed
from gridgov.evidence import Size, serve_photo
from gridgov.views.push import push_context

# The original keeps its metadata.
_SHOWN_SIZES = ("display", "thumb")
_FORMS: dict[str, type[forms.Form]] = {"answer": QuestionsForm, "reopen": NotSolvedForm}


@for_everybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Type the code; it leads to what it is about."""
    form = TrackForm(request.POST or None)
    if not form.is_valid():
        return _asking(request, form, 422 if form.is_bound else 200)
    try:
        follower = follower_for(request, form.cleaned_data["code"])
    except NotFoundForYou:
        return _unknown(request, form)
    return redirect("cases:track_case", spaced(follower.code))


@for_everybody
@never_cache
@require_safe
def track_case(request: HttpRequest, code: str) -> HttpResponse:
    """What became of what somebody reported or joined; htmx gets the course alone, once a minute."""
    try:
        follower = follower_for(request, code)
    except NotFoundForYou:
        return _unknown(request, TrackForm({"code": code[:60]}))
    if code != spaced(follower.code):
        return redirect("cases:track_case", spaced(follower.code))
    return _shown(request, course_of(follower))


@for_everybody
@never_cache
@require_POST
def answer_how_it_ended(request: HttpRequest, code: str) -> HttpResponse:
    """The three questions of the call-back."""
    return _said(request, code, "answer", services.answer_how_it_ended)


@for_everybody
@never_cache
@require_POST
def reopen_as_citizen(request: HttpRequest, code: str) -> HttpResponse:
    """Not solved after all."""
    return _said(request, code, "reopen", services.reopen_as_citizen)


@require_safe
@for_everybody
def track_photo(request: HttpRequest, code: str, photo_id: UUID, size: Size) -> HttpResponseBase:
    """One copy of a photo that the holder of a code may see: without metadata, and without what was blackened on it."""
    if size not in _SHOWN_SIZES:
        raise NotFoundForYou(size)
    return serve_photo(request, photo_for(follower_for(request, code), photo_id), size)


def follower_for(request: HttpRequest, typed: str) -> Follower:
    """Whoever holds a code. Raises `NotFoundForYou`, and `TooOften` for whoever tries codes."""
    return found_by_code(request, typed, follower_by)


def _said(request: HttpRequest, code: str, asked: str, service: Callable[..., Case]) -> HttpResponse:
    follower = follower_for(request, code)
    form = _FORMS[asked](request.POST)
    course = course_of(follower)
    if not form.is_valid() and course.asks == asked:
        return _shown(request, course, form, asked, 422)
    try:
        if not form.is_valid():
            raise StepNotAllowed(asked)
        count_once(request, "answer")
        case = service(follower.pk, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, f"{error.message} {error.advice}")
        return _shown(request, course_of(follower_by(code)), form, asked, error.status)
    messages.success(request, _thanks(case, form))
    return redirect("cases:track_case", spaced(follower.code))


def _thanks(case: Case, form: forms.Form) -> str:
    if case.status != Status.CLOSED:
        return _("Thank you. It was opened again: those who answer for it have your words before them.")
    if form.cleaned_data.get("solved"):
        return _("Thank you for your answer.")
    return _("Thank you. Your answer is kept and read; below you see how it can go on.")


def _shown(
    request: HttpRequest, course: Course, form: forms.Form | None = None, asked: str = "", status: int = 200
) -> HttpResponse:
    """The page of a follower. What was typed stays, as long as the page still asks for it."""
    asks = course.asks
    if asks and (form is None or asked != asks):
        form = _FORMS[asks]()
    code = spaced(course.follower.code)
    context = {
        "course": course,
        "code": code,
        "form": form if asks else None,
        "read_at": clock.now(),
        "before": _photos(code, course.before, _("Before")),
        "after": _photos(code, course.after, _("After")),
        "report_again": report_again(course),
    }
    template = "cases/public/track_case.html"
    polled = request.htmx and request.htmx.target == "course"  # type: ignore[attr-defined]
    if not polled:
        context |= push_context(
            f"follower:{course.follower.pk}",
            subscribe_url=reverse("cases:follow_on_device", args=[code]),
            end_url=reverse("cases:unfollow_on_device", args=[code]),
        )
    response = render(request, f"{template}#course" if polled else template, context, status=status)
    if polled and asks and not request.GET.get("asks"):
        # Nothing is being typed there: the page shows what it asks now.
        response["HX-Refresh"] = "true"
    patch_vary_headers(response, ["HX-Request"])
    return response


def _photos(code: str, photos: list[Any], word: str) -> list[dict[str, str]]:
    """As the photo grid shows them; when and where they were taken stays with the staff."""
    return [
        {
            "url": reverse("cases:track_photo", args=[code, photo.pk, "display"]),
            "thumb_url": reverse("cases:track_photo", args=[code, photo.pk, "thumb"]),
            "alt": _("Photo: %(kind)s") % {"kind": word},
            "caption": word,
        }
        for photo in photos
    ]


def report_again(course: Course) -> str:
    """The way to a new report of the same matter, with what is known of its place and topic filled in."""
    address = reverse("cases:public_report")
    known = {}
    if course.follower.has_reported:
        own = course.own
        known = {"address": own.address}
        if own.point:
            known |= {"longitude": f"{own.point.x:.6f}", "latitude": f"{own.point.y:.6f}"}
        topic = (
            own.case_class
            and own.case_class.topics.filter(is_active=True).values_list("pk", flat=True).first()
        )
        if topic:
            known["topic"] = str(topic)
    filled = {name: value for name, value in known.items() if value}
    return f"{address}?{urlencode(filled)}" if filled else address


def _asking(request: HttpRequest, form: TrackForm, status: int) -> HttpResponse:
    return render(request, "cases/public/track.html", {"form": form}, status=status)


def _unknown(request: HttpRequest, form: TrackForm) -> HttpResponse:
    form.is_valid()
    form.add_error(
        "code", _("There is no such code. Look again at what you wrote down, or scan the picture.")
    )
    return _asking(request, form, 404)
