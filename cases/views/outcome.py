"""The steps at a case's end, and the comment at any time: verify, reopen, void, comment."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases import services
from cases.forms.steps import CommentForm, ReasonForm, VerifyForm
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
