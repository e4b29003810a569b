"""Notices and orders: one's own to read and confirm, writing one, and who has read it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridgov.asked import number_asked
from gridgov.errors import DomainError, NotFoundForYou, NotPermitted
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import layout_of
from grids.announcements import (
    announcements_for,
    is_overdue,
    issued_by,
    reach_of,
    receipts_by_unit,
    waits,
)
from grids.forms.announcements import AnnouncementForm
from grids.models import Announcement
from grids.permissions import can_publish_announcement, publishing_posts
from grids.requests import StaffRequest
from grids.services import announcements as services

ON_A_PAGE = 30


@require_safe
def announcement_list(request: StaffRequest) -> HttpResponse:
    """One's own: what is not read or not confirmed first, then the others; `?before=` an id goes on with those."""
    before = number_asked(request.GET.get("before", ""))
    own = announcements_for(request.user)
    waiting = [] if before is not None else list(waits(own)[: ON_A_PAGE * 2])
    others = own.exclude(pk__in=waits(own).values("pk"))
    found = list((others.filter(pk__lt=before) if before is not None else others)[: ON_A_PAGE + 1])
    context = {
        "waiting": waiting,
        "rows": found[:ON_A_PAGE],
        "older": f"?before={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "newer": request.path if before is not None else "",
        **_layout(request, "mine"),
    }
    return render(request, "grids/announcement_list.html", context)


@require_safe
def issued_announcement_list(request: StaffRequest) -> HttpResponse:
    """What was issued in the name of one's centre, with how many have read it; `?before=` an id."""
    if not publishing_posts(request.user):
        raise NotPermitted("issued_announcements")
    before = number_asked(request.GET.get("before", ""))
    rows = issued_by(request.user)
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: ON_A_PAGE + 1])
    context = {
        "rows": found[:ON_A_PAGE],
        "older": f"?before={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "newer": request.path if before is not None else "",
        **_layout(request, "issued"),
    }
    return render(request, "grids/issued_announcement_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def preview_announcement(request: StaffRequest) -> HttpResponse:
    """The form, and once it is filled in how many people it would reach; nothing is sent yet."""
    _require_publisher(request)
    if request.method != "POST":
        return _writing(request, AnnouncementForm(user=request.user, initial=_usual(request)))
    form = AnnouncementForm(request.POST, user=request.user)
    return _writing(request, form, shows_reach=form.is_valid(), status=422 if form.errors else 200)


@once
@require_POST
def publish_announcement(request: StaffRequest) -> HttpResponse:
    """Publish what was previewed; who would reach another number of people than they saw looks once more."""
    _require_publisher(request)
    form = AnnouncementForm(request.POST, user=request.user)
    if form.is_valid():
        data = form.cleaned_data
        reach, _units = reach_of(data["area"], data["roles"], but=request.user)
        if data["seen"] != reach:
            form.add_error(None, _("Look once more: it would reach another number of people than you saw."))
            return _writing(request, form, shows_reach=True, status=422)
        try:
            announcement = services.publish_announcement(actor=request.user, **form.announcement())
        except ValidationError as error:
            add_errors(form, error)
        except DomainError as error:
            form.add_error(None, f"{error.message} {error.advice}")
        else:
            messages.success(request, _("Published."))
            return redirect("grids:announcement_receipts", announcement.pk)
    return _writing(request, form, status=422)


@require_safe
def announcement_detail(request: StaffRequest, announcement_id: int) -> HttpResponse:
    """One announcement; it counts as read."""
    receipt = services.read_announcement(announcement_id, actor=request.user)
    announcement = Announcement.objects.select_related("organisation", "area", "published_by").get(
        pk=announcement_id
    )
    context = {
        "announcement": announcement,
        "receipt": receipt,
        "is_overdue": is_overdue(announcement),
        "can_manage": can_publish_announcement(request.user, announcement.organisation, announcement.area),
        **_layout(request),
    }
    return render(request, "grids/announcement_detail.html", context)


@once
@require_POST
def acknowledge_order(request: StaffRequest, announcement_id: int) -> HttpResponse:
    """One tap: I have it and act on it."""
    services.acknowledge_order(announcement_id, actor=request.user)
    messages.success(request, _("Confirmed. Whoever issued the order sees that you have it."))
    return redirect("grids:announcement_list")


@require_safe
def announcement_receipts(request: StaffRequest, announcement_id: int) -> HttpResponse:
    """Who has read and confirmed it, by unit, and who is behind."""
    announcement = _own(request, announcement_id)
    units = receipts_by_unit(announcement)
    context = {
        "announcement": announcement,
        "units": units,
        "told": sum(unit.told for unit in units),
        "read": sum(unit.read for unit in units),
        "acknowledged": sum(unit.acknowledged for unit in units),
        "missing": sum(len(unit.missing) for unit in units),
        "is_overdue": is_overdue(announcement),
        **_layout(request),
    }
    return render(request, "grids/announcement_receipts.html", context)


@once
@require_POST
def remind_of_announcement(request: StaffRequest, announcement_id: int) -> HttpResponse:
    """Tell those who are behind once more."""
    told = services.remind_of_announcement(announcement_id, actor=request.user)
    messages.success(
        request,
        ngettext("%(n)d person is reminded.", "%(n)d people are reminded.", told) % {"n": told},
    )
    return redirect("grids:announcement_receipts", announcement_id)


@once
@require_POST
def withdraw_announcement(request: StaffRequest, announcement_id: int) -> HttpResponse:
    """Take it back."""
    services.withdraw_announcement(announcement_id, actor=request.user)
    messages.success(request, _("Withdrawn: nobody finds it any more, and who had read it is told."))
    return redirect("grids:announcement_receipts", announcement_id)


def _own(request: StaffRequest, announcement_id: int) -> Announcement:
    found = (
        Announcement.objects.select_related("organisation", "area", "published_by")
        .filter(pk=announcement_id)
        .first()
    )
    if found is None or not can_publish_announcement(request.user, found.organisation, found.area):
        raise NotFoundForYou(announcement_id)
    return found


def _require_publisher(request: StaffRequest) -> None:
    if not publishing_posts(request.user):
        raise NotPermitted("publish_announcement")


def _usual(request: StaffRequest) -> dict[str, Any]:
    post = publishing_posts(request.user)[0]
    return {"organisation": post.organisation_id, "area": post.area_id}


def _writing(
    request: StaffRequest, form: AnnouncementForm, *, shows_reach: bool = False, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, **_layout(request)}
    if shows_reach:
        data = form.cleaned_data
        context["reach"], context["units"] = reach_of(data["area"], data["roles"], but=request.user)
        context["announcement"] = data
    return render(request, "grids/publish_announcement.html", context, status=status)


def _layout(request: StaffRequest, tab: str = "") -> dict[str, Any]:
    publishes = bool(publishing_posts(request.user))
    layout = layout_of(request)
    tabs = [
        {"label": label, "url": url, "current": current, "count": None}
        for label, url, current in (
            (_("For me"), reverse("grids:announcement_list"), tab == "mine"),
            (_("Issued by us"), reverse("grids:issued_announcement_list"), tab == "issued"),
        )
    ]
    return {
        "layout": layout,
        "phone": layout == "phone.html",
        "publishes": publishes,
        "tabs": tabs if publishes and tab else [],
    }
