"""What a unit asks for, and the decision."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases.forms.steps import StepForm
from cases.models import Case
from cases.views.steps import step_view
from cases.workflow import Action, ReturnKind
from dispatch import services
from dispatch.forms.steps import ASKED, DecideForm, ExtensionForm, ReturnForm, SuspensionForm
from dispatch.services.request import latest_extension, pending_request
from gridgov.idempotency import once
from grids.requests import StaffRequest


@once
def ask_return(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.ASK_RETURN,
        form_class=ReturnForm,
        service=services.ask_return,
        done=_("Asked. The dispatcher decides; until then the case stays with you."),
    )


@once
def ask_extension(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.ASK_EXTENSION,
        form_class=ExtensionForm,
        service=services.ask_extension,
        done=_("Asked. The supervisor decides; until then the clock runs."),
        context=lambda case, form: {"latest": latest_extension(case)},
    )


@once
def ask_suspension(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.ASK_SUSPENSION,
        form_class=SuspensionForm,
        service=services.ask_suspension,
        done=_("Asked. The supervisor decides; until then the clock runs."),
    )


@once
def ask_deferral(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.ASK_DEFERRAL,
        form_class=SuspensionForm,
        service=services.ask_deferral,
        done=_("Asked. The supervisor decides; until then the clock runs."),
    )


@once
def decide_request(request: StaffRequest, number: str) -> HttpResponse:
    """Grant or refuse what the unit asks for, with its reason before one's eyes."""
    return step_view(
        request,
        number,
        action=Action.REFUSE_REQUEST,
        form_class=DecideForm,
        service=services.decide_request,
        done=_("Decided. The unit is told."),
        context=_asked,
    )


def _asked(case: Case, form: StepForm) -> dict[str, Any]:
    asked = pending_request(case)
    until, kind = asked.data.get("until"), asked.data.get("kind")
    return {
        "asked": asked,
        "asked_words": ASKED[Action(asked.action)],
        "kind": ReturnKind(kind).label if kind else "",
        "until": datetime.fromisoformat(until) if until else None,
    }
