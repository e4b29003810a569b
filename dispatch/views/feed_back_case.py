"""Reporting a case as handled."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases.forms.steps import NoteAndPhotosForm
from cases.views.steps import step_view
from cases.workflow import Action
from dispatch import services
from dispatch.asking import asks_of
from gridgov.idempotency import once
from grids.requests import StaffRequest


@once
def feed_back_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.FEED_BACK,
        form_class=NoteAndPhotosForm,
        service=services.feed_back_case,
        done=_("Reported as handled. Somebody else will verify it."),
        context=lambda case, form: {"asks": asks_of(request.user, case)},
    )
