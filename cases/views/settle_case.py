"""Settling on the spot what one has reported."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases import services
from cases.forms.steps import NoteAndPhotosForm
from cases.views.steps import step_view
from cases.workflow import Action
from gridgov.idempotency import once
from grids.requests import StaffRequest


@once
def settle_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.SETTLE,
        form_class=NoteAndPhotosForm,
        service=services.settle_case,
        done=_("Settled on the spot."),
    )
