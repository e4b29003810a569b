"""The steps of command: dispatch, recall, escalate, resume."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases.forms.steps import NoteForm, ReasonForm
from cases.models import Case
from cases.views.steps import step_view
from cases.workflow import Action
from dispatch import services
from dispatch.forms.steps import DispatchForm
from dispatch.units import candidates
from gridgov.idempotency import once
from grids.command import next_centre_up
from grids.requests import StaffRequest


@once
def dispatch_case(request: StaffRequest, number: str) -> HttpResponse:
    """Send a case to a unit: the one that the responsibilities name, or another."""
    return step_view(
        request,
        number,
        action=Action.DISPATCH,
        form_class=DispatchForm,
        service=services.dispatch_case,
        done=_("Dispatched. The unit is told at once."),
        context=lambda case, form: _candidates(case),
    )


def _candidates(case: Case) -> dict[str, Any]:
    found = candidates(case)
    return {"candidates": found, "most": max((each.load.open for each in found), default=0)}


@once
def recall_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.RECALL,
        form_class=ReasonForm,
        service=services.recall_case,
        done=_("Recalled. It waits to be dispatched again."),
    )


@once
def escalate_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.ESCALATE,
        form_class=ReasonForm,
        service=services.escalate_case,
        done=_("Moved up a level."),
        context=lambda case, form: {"above": next_centre_up(case.holder)},
    )


@once
def resume_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.RESUME,
        form_class=NoteForm,
        service=services.resume_case,
        done=_("Resumed. The clock runs again."),
    )
