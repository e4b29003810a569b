"""A person's notices: read, open, mark as read."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from gridgov import clock
from gridgov.asked import number_asked
from gridgov.inbox import mark_all_notices_read, mark_notice_read, unread_count
from gridgov.models import Notice
from gridgov.outbox import own_texts, subjects_of, text_of
from gridgov.views.home import layout_of

PAGE_SIZE = 30


class Row(NamedTuple):
    """A notice with its text in the reader's language."""

    notice: Notice
    text: str
    about: str
    minutes: float  # since it was sent


@require_safe
def unread(request: HttpRequest) -> HttpResponse:
    """How many notices this person has not read, as it stands on the phone's bar; asked for when one comes."""
    return render(request, "gridgov/unread.html", {"count": unread_count(_reader(request))})


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Newest first; `?before=ID` goes on where the page before ended."""
    found = Notice.objects.visible_to(_reader(request))
    before = request.GET.get("before", "")
    if before:
        number = number_asked(before)
        if number is None:
            raise BadRequest("before must be the number of a notice")
        found = found.filter(id__lt=number)
    shown = list(found[: PAGE_SIZE + 1])
    page = shown[:PAGE_SIZE]
    address = reverse("gridgov:notices")
    context = {
        "layout": layout_of(request),
        "rows": _rows(page),
        "unread": unread_count(_reader(request)),
        "newer": address if before else "",
        "older": f"{address}?before={page[-1].pk}" if len(shown) > PAGE_SIZE else "",
    }
    return render(request, "gridgov/notices.html", context)


@require_safe
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """To the page that the notice tells of; it counts as read."""
    return redirect(mark_notice_read(notice_id, actor=_reader(request)).url)


@require_POST
def read_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    notice = mark_notice_read(notice_id, actor=_reader(request))
    if request.headers.get("HX-Request"):
        return render(request, "gridgov/notices.html#row", {"row": _rows([notice])[0]})
    return redirect("gridgov:notices")


@require_POST
def read_all_notices(request: HttpRequest) -> HttpResponse:
    mark_all_notices_read(actor=_reader(request))
    return redirect("gridgov:notices")


def _reader(request: HttpRequest) -> AbstractBaseUser:
    return cast(AbstractBaseUser, request.user)


def _rows(notices: Sequence[Notice]) -> list[Row]:
    about, own, now = subjects_of(notices), own_texts(), clock.now()
    return [
        Row(
            notice,
            text_of(notice, own=own),
            about.get(notice.subject, ""),
            (now - notice.created_at).total_seconds() / 60,
        )
        for notice in notices
    ]
