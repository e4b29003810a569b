"""The steps at a case's end, and the comment at any time: verify, call-back, reopen, void, comment."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases import services
from cases.forms.public_track import RecordAnswerForm
from cases.forms.steps import CommentForm, ReasonForm, StepForm, VerifyForm
from cases.models import Case
from cases.story import last_step
from cases.views.steps import step_view
from cases.workflow import Action
from gridgov.idempotency import once
from grids.requests import StaffRequest


@once
def verify_case(request: StaffRequest, number: str) -> HttpResponse:
    """Before and after side by side, a photo, and the verdict."""
    return step_view(
        request,
        number,
        action=Action.VERIFY_PASS,
        form_class=VerifyForm,
        service=services.verify_case,
        done=_("Verified. Thank you for looking."),
        context=_what_was_done,
    )


def _what_was_done(case: Case, form: StepForm) -> dict[str, Any]:
    """What the unit said when it reported the case as handled."""
    found = last_step(case, Action.FEED_BACK)
    return {"handled": found[1] if found else None}


@once
def record_answer(request: StaffRequest, number: str) -> HttpResponse:
    """What somebody who waited for the case said on the phone."""
    return step_view(
        request,
        number,
        action=Action.ANSWER,
        form_class=RecordAnswerForm,
        service=services.record_answer,
        done=_("What they said is written down."),
    )


@once
def reopen_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.REOPEN,
        form_class=ReasonForm,
        service=services.reopen_case,
        done=_("Reopened."),
    )


@once
def void_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.VOID,
        form_class=ReasonForm,
        service=services.void_case,
        done=_("Declared void."),
    )


@once
def comment_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.COMMENT,
        form_class=CommentForm,
        service=services.comment_case,
        done=_("Your comment stands in the timeline."),
    )
