"""One operation: its live board, and every step of it."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.views.steps import lead_to
from dispatch.forms.operation import (
    DecideOperationForm,
    FeedBackOperationForm,
    OperationReasonForm,
    RateUnitForm,
    ReportInForm,
)
from dispatch.models import Operation, OperationState
from dispatch.operation_story import story_of
from dispatch.operations import BoardRow, board_of
from dispatch.permissions import can_command_operation, can_decide_operation, can_see_case_of
from dispatch.services import operation as services
from dispatch.services import operation_unit as unit_services
from gridgov.errors import NotFoundForYou, NotPermitted, PhotoRefused
from gridgov.evidence import Size, serve_photo, stored_photos
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import layout_of
from grids.models import User
from grids.requests import StaffRequest


@require_safe
def operation_detail(request: StaffRequest, operation_id: int) -> HttpResponse:
    """The board: who was called, has come, is done; htmx gets what changes alone, or the page anew when its state did."""
    return _page(request, operation_for(request.user, operation_id))


@once
@require_POST
def decide_operation(request: StaffRequest, operation_id: int) -> HttpResponse:
    return _step(
        request,
        operation_id,
        "decide",
        DecideOperationForm(request.POST),
        services.decide_operation,
        done=_("Decided. The caller is told."),
    )


@once
@require_POST
def cancel_operation(request: StaffRequest, operation_id: int) -> HttpResponse:
    form = OperationReasonForm(request.POST)
    return _step(request, operation_id, "cancel", form, services.cancel_operation, done=_("Cancelled."))


@once
@require_POST
def end_operation(request: StaffRequest, operation_id: int) -> HttpResponse:
    form = OperationReasonForm(request.POST)
    return _step(request, operation_id, "end", form, services.end_operation, done=_("Ended."))


@once
@require_POST
def rate_unit(request: StaffRequest, operation_id: int) -> HttpResponse:
    form = RateUnitForm(request.POST)
    return _step(request, operation_id, "rate", form, services.rate_unit, done=_("Rated."))


@once
@require_http_methods(["GET", "HEAD", "POST"])
def report_in(request: StaffRequest, operation_id: int) -> HttpResponse:
    """Say that one's unit is at the place, with the position of the device."""
    operation = operation_for(request.user, operation_id)
    sent = request.method == "POST"
    form = ReportInForm(request.POST if sent else None)
    if sent and form.is_valid():
        data = form.cleaned_data
        try:
            unit_services.report_in(
                operation.pk,
                actor=request.user,
                point=form.point(),
                accuracy_m=data["accuracy_m"],
                note=data["note"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("You have reported in."))
            return lead_to(request, _address(operation))
    return _unit_page(request, "report_in", operation, form, sent)


@once
@require_http_methods(["GET", "HEAD", "POST"])
def feed_back_operation(request: StaffRequest, operation_id: int) -> HttpResponse:
    """Say what one's unit did there, with photos."""
    operation = operation_for(request.user, operation_id)
    sent = request.method == "POST"
    form = FeedBackOperationForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        try:
            with stored_photos(form.cleaned_data["photos"], actor=request.user) as photos:
                unit_services.feed_back_operation(
                    operation.pk,
                    actor=request.user,
                    feedback=form.cleaned_data["feedback"],
                    photos=photos,
                )
        except PhotoRefused as refused:
            form.add_error("photos", refused.words(len(form.cleaned_data["photos"])))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Noted. The caller is told when every unit is done."))
            return lead_to(request, _address(operation))
    return _unit_page(request, "feed_back_operation", operation, form, sent)


@require_safe
def operation_photo(request: StaffRequest, operation_id: int, photo_id: UUID, size: Size) -> HttpResponseBase:
    """A photo of what a unit did, for whoever may see the operation."""
    operation = Operation.objects.visible_to(request.user).filter(pk=operation_id).first()
    share = operation and operation.units.filter(photos=photo_id).first()
    if not share or size not in ("display", "thumb"):
        raise NotFoundForYou(operation_id, photo_id, size)
    return serve_photo(request, share.photos.get(pk=photo_id), size)


def operation_for(user: User, operation_id: int) -> Operation:
    """The operation with all that its page names; raises `NotFoundForYou` to strangers."""
    named = ("caller", "area", "district", "case__case_class", "called_by", "decided_by")
    found = Operation.objects.visible_to(user).select_related(*named).filter(pk=operation_id).first()
    if found is None:
        raise NotFoundForYou(operation_id)
    return found


def _step(
    request: StaffRequest,
    operation_id: int,
    name: str,
    form: forms.Form,
    service: Callable[..., Any],
    *,
    done: str | Promise,
) -> HttpResponse:
    """Take a step that is asked for on the board's page; refused, the page comes back with what was typed."""
    operation = operation_for(request.user, operation_id)
    if form.is_valid():
        try:
            service(operation.pk, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, str(done))
            return redirect(_address(operation))
    return _page(request, operation, {name: form})


def _page(
    request: StaffRequest, operation: Operation, sent: dict[str, forms.Form] | None = None
) -> HttpResponse:
    board = board_of(operation, request.user)
    allowed = _allowed(request.user, operation, board)
    # What the forms of the page hang on: when it changes they are of no use any more.
    stamp = "-".join([operation.state, *sorted(name for name, may in allowed.items() if may)])
    moved_on = bool(request.htmx) and request.GET.get("stamp") not in (None, stamp)
    # In a part that comes anew by itself nobody writes.
    rates = allowed["rate"] and not moved_on
    rating = (sent or {}).get("rate")
    context = {
        "operation": operation,
        "rows": [_board_row(operation, row, rating if rates else None) for row in board],
        "rates": rates,
        "moved_on": moved_on,
        "missing": [row.unit.organisation for row in board if not row.unit.done_at],
        "story": story_of(operation),
        "dots": json.dumps(_dots(board)),
        "centre": json.dumps([operation.point.y, operation.point.x]),
        "stamp": stamp,
        "may": allowed,
        "forms": {
            "decide": DecideOperationForm(),
            "cancel": OperationReasonForm(auto_id="cancel-%s"),
            "end": OperationReasonForm(auto_id="end-%s"),
            **(sent or {}),
        },
        "failed": next(iter(sent), "") if sent else "",
        "sees_case": can_see_case_of(request.user, operation),
        "layout": layout_of(request),
    }
    template = "dispatch/operation_detail.html"
    return render(
        request, f"{template}#live" if request.htmx else template, context, status=422 if sent else 200
    )


def _allowed(user: User, operation: Operation, board: list[BoardRow]) -> dict[str, bool]:
    state = operation.state
    commands = can_command_operation(user, operation)
    mine = [row.unit for row in board if row.is_mine and not row.unit.done_at]
    called = state == OperationState.CALLED
    return {
        "decide": state == OperationState.ASKED and can_decide_operation(user, operation),
        "cancel": state in (OperationState.ASKED, OperationState.CALLED) and commands,
        "end": called and commands,
        "rate": state == OperationState.DONE and commands,
        "report_in": called and any(not unit.reported_in_at for unit in mine),
        "feed_back": called and any(unit.reported_in_at for unit in mine),
    }


def _board_row(operation: Operation, row: BoardRow, rating: forms.Form | None) -> dict[str, Any]:
    unit = row.unit
    is_this = rating is not None and str(rating["unit"].value()) == str(unit.organisation_id)
    return {
        "row": row,
        "unit": unit,
        "form": rating
        if is_this
        else RateUnitForm(initial={"unit": unit.organisation_id}, auto_id=f"rate-{unit.pk}-%s"),
        "photos": [
            {
                "url": reverse("dispatch:operation_photo", args=[operation.pk, photo.pk, "display"]),
                "thumb_url": reverse("dispatch:operation_photo", args=[operation.pk, photo.pk, "thumb"]),
                "alt": _("What %(unit)s did") % {"unit": unit.organisation},
                "caption": str(unit.organisation),
                "photo": photo,
            }
            for photo in unit.photos.all()
        ],
    }


def _dots(board: list[BoardRow]) -> list[dict[str, Any]]:
    """Where each unit reported in, for the map."""
    return [
        {
            "at": [row.unit.reported_in_point.y, row.unit.reported_in_point.x],
            "kind": "unit",
            "name": str(row.unit.organisation),
        }
        for row in board
        if row.unit.reported_in_point
    ]


def _unit_page(
    request: StaffRequest, name: str, operation: Operation, form: forms.Form, sent: bool
) -> HttpResponse:
    mine = [row for row in board_of(operation, request.user) if row.is_mine]
    if not mine:
        raise NotPermitted(name)
    context = {
        "operation": operation,
        "form": form,
        "mine": mine,
        "centre": json.dumps([operation.point.y, operation.point.x]),
        "back": _address(operation),
        "layout": layout_of(request),
    }
    return render(request, f"dispatch/{name}.html", context, status=422 if sent else 200)


def _address(operation: Operation) -> str:
    return reverse("dispatch:operation_detail", args=[operation.pk])
