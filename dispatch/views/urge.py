"""Urging a case, answering, and the lists of both."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases.paging import NEWEST_FIRST, PAGE_SIZE, earliest_first, page_of
from cases.queues import count_each
from cases.views.steps import step_view
from cases.workflow import Action
from dispatch import services
from dispatch.forms.urging import AnswerUrgingForm, UrgeForm
from dispatch.permissions import can_answer_urgings, can_urge
from dispatch.urgings import OVER, TO_ANSWER, WAITING, urgings_for
from gridgov import clock
from gridgov.errors import NotFoundForYou
from gridgov.idempotency import once
from grids.requests import StaffRequest

_PARTS = {
    TO_ANSWER: (_("To answer"), _("Nobody waits for an answer of yours.")),
    WAITING: (_("Waiting for an answer"), _("Nothing that you urged waits for its answer.")),
    OVER: (_("Answered"), _("None of your urgings is over yet.")),
}
_BY_REPLY_DUE = earliest_first("reply_due_at")


@once
def urge_case(request: StaffRequest, number: str) -> HttpResponse:
    """Ask whoever has the case why it is not done."""
    return step_view(
        request,
        number,
        action=Action.URGE,
        form_class=UrgeForm,
        service=services.urge_case,
        done=_("Urged. They are told at once, and it rings until they answer."),
    )


@once
def answer_urging(request: StaffRequest, number: str) -> HttpResponse:
    """Say how it stands, with what was asked before one's eyes."""
    return step_view(
        request,
        number,
        action=Action.ANSWER_URGING,
        form_class=AnswerUrgingForm,
        service=services.answer_urging,
        done=_("Answered. Whoever urged is told."),
    )


@require_safe
def urging_list(request: StaffRequest) -> HttpResponse:
    """What one has to answer, what one waits for, and what is over; what is due first stands first."""
    shown = [
        *([TO_ANSWER] if can_answer_urgings(request.user) else []),
        *([WAITING, OVER] if can_urge(request.user) else []),
    ]
    if not shown:
        raise NotFoundForYou("urgings")
    asked = request.GET.get("show", "")
    show = asked if asked in shown else shown[0]
    urgings = urgings_for(request.user, show).select_related(
        "by",
        "answered__actor",
        "organisation",
        "case__case_class",
        "case__unit",
        "case__holder",
        "case__grid",
    )
    order = NEWEST_FIRST if show == OVER else _BY_REPLY_DUE
    page = page_of([urgings], order, request.GET.get("page", ""), PAGE_SIZE)
    counts = count_each({part: urgings_for(request.user, part) for part in shown if part != OVER})
    context = {
        "urgings": page.rows,
        "page": page,
        "now": clock.now(),
        "show": show,
        "empty": _PARTS[show][1],
        "tabs": [
            {
                "label": _PARTS[part][0],
                "url": f"?show={part}",
                "current": part == show,
                "count": counts.get(part),
            }
            for part in shown
        ],
    }
    part = "#urgings" if request.htmx and request.htmx.target == "urgings" else ""
    return render(request, f"dispatch/urging_list.html{part}", context)
