"""The message board as everybody sees it: reading, writing, finding one's own again; and the public notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.board import message_by, shown_messages, with_answers
from cases.forms.public_board import BoardCodeForm, BoardForm
from cases.models import BoardMessage
from cases.public_limits import count_once, for_everybody, found_by_code, is_challenged, sender_of
from cases.services.board import write_on_board
from cases.surveys import open_surveys
from cases.tracking_codes import spaced
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.idempotency import once
from grids.announcements import public_announcements

ON_A_PAGE = 20


@for_everybody
@require_safe
def message_board(request: HttpRequest) -> HttpResponse:
    """What was looked over, newest first, with its answers; `?before=` an id goes on."""
    before = number_asked(request.GET.get("before", ""))
    rows = shown_messages()
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: ON_A_PAGE + 1])
    context = {
        "rows": with_answers(found[:ON_A_PAGE]),
        "older": f"?before={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "newer": request.path if before is not None else "",
        "surveys": open_surveys(),
    }
    return render(request, "cases/public/message_board.html", context)


@for_everybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_message(request: HttpRequest) -> HttpResponse:
    """Write a message; it leads to its code."""
    challenged = is_challenged(request, "board")
    form = BoardForm(request.POST if request.method == "POST" else None, challenged=challenged)
    if request.method == "POST":
        answer = _write(request, form)
        if answer.status_code < 400:
            return answer
    return render(
        request, "cases/public/write_message.html", {"form": form}, status=422 if form.is_bound else 200
    )


@once
def _write(request: HttpRequest, form: BoardForm) -> HttpResponse:
    if not form.is_valid() or form.area is None:
        return HttpResponse(status=422)
    count_once(request, "board")
    data = form.cleaned_data
    message = write_on_board(
        sender=sender_of(request),
        area=form.area,
        topic=data["topic"],
        text=data["text"],
        name=data["name"],
    )
    return redirect("cases:own_message", spaced(message.code))


@for_everybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find_message(request: HttpRequest) -> HttpResponse:
    """Type the code of one's message."""
    form = BoardCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _asking(request, form, 422 if form.is_bound else 200)
    try:
        message = _message_of(request, form.cleaned_data["code"])
    except NotFoundForYou:
        return _unknown(request, form)
    return redirect("cases:own_message", spaced(message.code))


@for_everybody
@never_cache
@require_safe
def own_message(request: HttpRequest, code: str) -> HttpResponse:
    """One's own message by its code, shown or not, with its answers."""
    try:
        message = _message_of(request, code)
    except NotFoundForYou:
        return _unknown(request, BoardCodeForm({"code": code[:60]}))
    context = {"row": with_answers([message])[0], "code": spaced(message.code)}
    return render(request, "cases/public/own_message.html", context)


@for_everybody
@require_safe
def public_notices(request: HttpRequest) -> HttpResponse:
    """What the authorities make known to everybody, newest first; `?before=` an id goes on."""
    before = number_asked(request.GET.get("before", ""))
    rows = public_announcements()
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: ON_A_PAGE + 1])
    context = {
        "rows": found[:ON_A_PAGE],
        "older": f"?before={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "newer": request.path if before is not None else "",
    }
    return render(request, "cases/public/public_notices.html", context)


@for_everybody
@require_safe
def public_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One of them; what is not public or was withdrawn is not there."""
    notice = public_announcements().filter(pk=notice_id).first()
    if notice is None:
        raise NotFoundForYou(notice_id)
    return render(request, "cases/public/public_notice.html", {"notice": notice})


def _message_of(request: HttpRequest, typed: str) -> BoardMessage:
    return found_by_code(request, typed, message_by)


def _asking(request: HttpRequest, form: BoardCodeForm, status: int) -> HttpResponse:
    return render(request, "cases/public/find_message.html", {"form": form}, status=status)


def _unknown(request: HttpRequest, form: BoardCodeForm) -> HttpResponse:
    form.is_valid()
    form.add_error("code", _("There is no such code. Look again at what you wrote down."))
    return _asking(request, form, 404)
