"""The steps of joint units: call in, release, accept a part, report it as done."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases.forms.steps import NoteAndPhotosForm, StepForm
from cases.models import Case
from cases.parts import part_of, parts_of
from cases.views.steps import step_view
from cases.workflow import Action
from dispatch import services
from dispatch.forms.steps import JoinForm, ReleaseForm
from gridgov.idempotency import once
from grids.requests import StaffRequest


@once
def join_unit(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.JOIN,
        form_class=JoinForm,
        service=services.join_unit,
        done=_("Called in. The unit is told at once."),
        context=lambda case, form: {"parts": parts_of(case)},
    )


@once
def release_unit(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.RELEASE,
        form_class=ReleaseForm,
        service=services.release_unit,
        done=_("Released. The unit is told why."),
    )


@once
def accept_part(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.ACCEPT_PART,
        form_class=StepForm,
        service=services.accept_part,
        done=_("Accepted. The unit that leads sees it."),
        context=lambda case, form: _duty(request, case, Action.ACCEPT_PART),
    )


@once
def feed_back_part(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.FEED_BACK_PART,
        form_class=NoteAndPhotosForm,
        service=services.feed_back_part,
        done=_("Reported. The unit that leads is told that your part is done."),
        context=lambda case, form: _duty(request, case, Action.FEED_BACK_PART),
    )


def _duty(request: StaffRequest, case: Case, action: Action) -> dict[str, Any]:
    return {"part": part_of(request.user, case, action)}
