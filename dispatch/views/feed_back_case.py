"""Reporting a case as handled."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.story import Entry, last_step
from cases.views.steps import step_view
from cases.workflow import Action
from dispatch import services
from dispatch.asking import asks_of
from dispatch.forms.steps import FeedBackForm
from gridgov.idempotency import once
from grids.requests import StaffRequest


@once
def feed_back_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.FEED_BACK,
        form_class=FeedBackForm,
        service=services.feed_back_case,
        done=_("Reported as handled. Somebody else will verify it."),
        context=lambda case, form: {"asks": asks_of(request.user, case), "sent_back": _sent_back(case)},
    )


def _sent_back(case: Case) -> Entry | None:
    """The verdict that sent the case back to this unit for rework (返工); None on its first time here."""
    found = last_step(case, Action.VERIFY_FAIL, Action.DISPATCH)
    return found[1] if found and found[0] is Action.VERIFY_FAIL else None
