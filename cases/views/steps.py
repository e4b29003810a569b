"""What the pages of all steps share: find the case, judge, show the form, take the step, lead back."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from cases.actions import OFFERS, offered_actions
from cases.forms.steps import CommentForm, StepForm
from cases.models import Case
from cases.overtaken import Overtaken, as_seen, changes_since, is_overtaken
from cases.permissions import require_step
from cases.presence import open_case
from cases.replies import replies_context
from cases.selectors import case_for
from cases.story import essentials_of
from cases.workflow import Action
from gridgov.asked import number_asked
from gridgov.errors import DomainError, NotPermitted, PhotoRefused, StepNotAllowed
from gridgov.evidence import stored_photos
from gridgov.forms import add_errors, typed_in
from gridgov.views.home import home_of, layout_of
from grids.models import User
from grids.requests import StaffRequest


def step_view(
    request: StaffRequest,
    number: str,
    *,
    action: Action,
    form_class: Callable[..., StepForm],
    service: Callable[..., object],
    done: str | Promise,
    context: Callable[[Case, StepForm], Mapping[str, Any]] | None = None,
) -> HttpResponse:
    """The page of one step: GET shows its form, POST takes it.

    `service` is called with the case's id, the actor and `form.values()`; its name is the template's. `done` says
    what happened. What a service refuses goes onto the form, with what was typed kept, and answers 422; so
    does what somebody else did since the form was shown (its `version`). Success leads to `next`, or back to the case.
    """
    case = case_for(request.user, number)
    sent = request.method == "POST"
    seen = _version_seen(request, action)
    try:
        require_offer(request.user, case, action)
    except (StepNotAllowed, NotPermitted) as error:
        return _not_possible(request, case, error, seen)
    form = form_class(
        request.POST if sent else None,
        request.FILES if sent else None,
        case=case,
        user=request.user,
        initial=request.GET.dict(),
    )
    changes = changes_since(case, seen) if seen is not None and is_overtaken(case, seen) else []
    if sent and form.is_valid() and not changes:
        try:
            taken = _taken(form, service, case, request.user, seen)
        except Overtaken as error:
            case = case_for(request.user, number)
            if action not in offered_actions(request.user, case):
                return _not_possible(request, case, error, seen)
            taken, changes = False, changes_since(case, seen or 0)
        if taken:
            messages.success(request, str(done))
            return lead_to(request, _way_back(request, case, action))
    app = service.__module__.partition(".")[0]
    return render(
        request,
        f"{app}/{service.__name__}.html",
        {
            "case": case,
            "form": form,
            "offer": OFFERS[action],
            "here": request.path,
            "back": reverse("cases:case_detail", args=[case.number]),
            "next": request.POST.get("next") or request.GET.get("next", ""),
            "layout": _layout(request),
            "queue_url": _queue_url(form, service, case),
            "done": done,
            "changes": changes,
            # A form that only lacks something still shows the case as it was seen.
            "version": case.version if changes or seen is None else seen,
            **replies_context(form, request.user, action),
            "open_with": [] if layout_of(request) == "phone.html" else open_case(case, request.user),
            **essentials_of(case),
            **(context(case, form) if context else {}),
        },
        status=422 if sent else 200,
    )


def lead_to(request: StaffRequest, address: str) -> HttpResponse:
    """Go on to a page; the module that sends forms with photos asks for the address alone, and loads it itself."""
    if request.headers.get("X-Sent-By") == "upload-form":
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def require_offer(user: User, case: Case, action: Action) -> None:
    """Raises `StepNotAllowed` or `NotPermitted` when the step is not to be offered to this person now."""
    if action not in offered_actions(user, case):
        require_step(user, case, action)
        raise StepNotAllowed(case, action)


def _queue_url(form: StepForm, service: Callable[..., object], case: Case) -> str:
    """The address in the API of a step taken on the spot, with photos or as a comment: the phone may send it later."""
    if "photos" not in form.fields and not isinstance(form, CommentForm):
        return ""
    step = service.__name__.removesuffix("_case").replace("_", "-")
    return reverse(f"api-{step}-case", args=[case.number])


def _version_seen(request: StaffRequest, action: Action) -> int | None:
    """The version of the case that a sent form was shown with; a comment takes nobody's decision away."""
    return None if action is Action.COMMENT else number_asked(request.POST.get("version", ""))


def _not_possible(request: StaffRequest, case: Case, error: DomainError, seen: int | None) -> HttpResponse:
    """Somebody was quicker, or opens a step by an old link: how the case stands now, who did what, and what was typed.

    Raises the error where no step since the form was shown explains it.
    """
    changes = changes_since(case, seen) if seen is not None and is_overtaken(case, seen) else []
    if not changes and (request.method == "POST" or isinstance(error, NotPermitted)):
        raise error
    page = "cases/phone_page.html" if layout_of(request) == "phone.html" else "cases/page.html"
    template = "cases/step_over.html"
    if request.htmx:
        template = "cases/step_over_sheet.html" if changes else f"{template}#said"
    context = {
        "case": case,
        "layout": page,
        "home": home_of(request.user),
        "changes": changes,
        "typed": typed_in(request),
    }
    # What htmx asks for is swapped in with 422; the others show what they get.
    return render(request, template, context, status=422 if request.htmx and changes else error.status)


def _layout(request: StaffRequest) -> str:
    """In the sheet for htmx, else a page as it fits the screen."""
    if request.htmx:
        return "cases/step_sheet.html"
    return "cases/step_phone.html" if layout_of(request) == "phone.html" else "cases/step_page.html"


def _taken(form: StepForm, service: Callable[..., object], case: Case, user: User, seen: int | None) -> bool:
    """Take the step; when it is refused, say so on the form. Raises `Overtaken`."""
    values = form.values()
    try:
        with stored_photos(values.get("photos", []), actor=user) as photos, as_seen(case.pk, seen):
            if "photos" in values:
                values["photos"] = photos
            service(case.pk, actor=user, **values)
    except ValidationError as error:
        add_errors(form, error)
        return False
    except PhotoRefused as error:
        form.add_error("photos", error.words(len(values["photos"])))
        return False
    return True


def _way_back(request: StaffRequest, case: Case, action: Action) -> str:
    """Where a step leads: inside the sheet to the case, else to `next` when it is ours."""
    detail = reverse("cases:case_detail", args=[case.number])
    if request.htmx:
        # The case page must know that it follows a step: the row in the list beside it changes too.
        return f"{detail}?after={action}"
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else detail
