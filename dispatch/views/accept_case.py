"""Accepting what was dispatched to one's unit."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases.forms.steps import StepForm
from cases.views.steps import step_view
from cases.workflow import Action
from dispatch import services
from dispatch.asking import asks_of
from gridgov.idempotency import once
from grids.requests import StaffRequest


@once
def accept_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.ACCEPT,
        form_class=StepForm,
        service=services.accept_case,
        done=_("Accepted. The time for handling runs."),
        context=lambda case, form: {"asks": asks_of(request.user, case)},
    )
