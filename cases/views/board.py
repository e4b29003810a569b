"""The desk of the message board: looking over what came, and answering it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import board
from cases.forms.public_board import BoardAnswerForm, HideForm
from cases.models import BoardMessage
from cases.permissions import can_look_over_board
from cases.queues import count_each
from cases.services import board as services
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import layout_of
from grids.requests import StaffRequest

ON_A_PAGE = 30


@require_safe
def board_desk(request: StaffRequest) -> HttpResponse:
    """What waits to be looked over or answered; `?show=` another tab, `?from=` an id goes on."""
    if not board.has_desk(request.user):
        raise NotPermitted("board_desk")
    lists = board.at_desk(request.user)
    counts = count_each(lists)
    show = request.GET.get("show", "")
    show = show if show in lists else board.TO_LOOK_OVER
    labels = {
        board.TO_LOOK_OVER: _("To look over"),
        board.TO_ANSWER: _("To be answered"),
        board.ANSWERED: _("Answered"),
        board.NOT_SHOWN: _("Not shown"),
    }
    start, rows = number_asked(request.GET.get("from", "")), lists[show]
    if start is not None:
        oldest_first = show in (board.TO_LOOK_OVER, board.TO_ANSWER)
        rows = rows.filter(**{"pk__gt" if oldest_first else "pk__lt": start})
    found = list(rows[: ON_A_PAGE + 1])
    context = {
        "rows": found[:ON_A_PAGE],
        "tabs": [
            {"label": labels[one], "url": f"?show={one}", "current": one == show, "count": counts[one]}
            for one in lists
        ],
        "older": f"?show={show}&from={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "newest": f"?show={show}" if start is not None else "",
        "layout": layout_of(request),
    }
    return render(request, "cases/board_desk.html", context)


@require_safe
def board_message(request: StaffRequest, message_id: int) -> HttpResponse:
    """One message with all its answers, and what one may do with it."""
    return _page(request, _message_for(request, message_id))


@once
@require_POST
def show_on_board(request: StaffRequest, message_id: int) -> HttpResponse:
    services.show_on_board(message_id, actor=request.user)
    messages.success(request, _("Everybody reads it now."))
    return redirect("cases:board_message", message_id)


@once
@require_POST
def hide_from_board(request: StaffRequest, message_id: int) -> HttpResponse:
    message = _message_for(request, message_id)
    form = HideForm(request.POST)
    if not form.is_valid():
        return _page(request, message, hide=form, status=422)
    services.hide_from_board(message_id, actor=request.user, **form.cleaned_data)
    messages.success(request, _("It is not shown; who wrote it reads why."))
    return redirect("cases:board_message", message_id)


@once
@require_POST
def answer_on_board(request: StaffRequest, message_id: int) -> HttpResponse:
    message = _message_for(request, message_id)
    form = BoardAnswerForm(request.POST, organisations=board.answers_for(request.user, message))
    if form.is_valid():
        try:
            services.answer_on_board(message_id, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Answered."))
            return redirect("cases:board_message", message_id)
    return _page(request, message, answer=form, status=422)


def _message_for(request: StaffRequest, message_id: int) -> BoardMessage:
    found = board.messages_for(request.user).filter(pk=message_id).first()
    if found is None:
        raise NotFoundForYou(message_id)
    return found


def _page(
    request: StaffRequest,
    message: BoardMessage,
    *,
    hide: forms.Form | None = None,
    answer: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    organisations = board.answers_for(request.user, message)
    context: dict[str, Any] = {
        "message": message,
        "answers": message.answers.select_related("organisation", "answered_by"),
        "can_look_over": can_look_over_board(request.user, message),
        "hide": hide or HideForm(),
        "answer": answer
        or BoardAnswerForm(organisations=organisations, initial={"organisation": organisations[0].pk}),
        "layout": layout_of(request),
    }
    return render(request, "cases/board_message.html", context, status=status)
