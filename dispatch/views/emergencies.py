"""Emergencies: the list, declaring and ending one, the room where it is commanded, and the page of an alert."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.queues import count_each
from cases.views.steps import lead_to, step_view
from cases.workflow import Action
from dispatch.emergencies import (
    ON_A_PAGE,
    OVER,
    RUNNING,
    around,
    circle_of,
    emergencies_of,
    log_of,
    not_alerted_yet,
    receipts_of,
)
from dispatch.forms.emergency import (
    AlertForm,
    CircleForm,
    DeclareEmergencyForm,
    EndEmergencyForm,
    EntryForm,
    ReceiveForm,
)
from dispatch.models import LEAST_RADIUS, MOST_RADIUS, Emergency, EmergencyAlert
from dispatch.permissions import can_command_emergency, can_see_case_of_emergency
from dispatch.services import emergency as services
from dispatch.surroundings import Around
from gridgov import clock
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import layout_of
from grids.models import User
from grids.requests import StaffRequest

# The parts of the room that come anew by themselves.
PARTS = ("receipts", "around", "log")


@require_safe
def emergency_list(request: StaffRequest) -> HttpResponse:
    """The emergencies one commands or watches; `?show=` open or over, `?before=` an id."""
    lists = {show: emergencies_of(request.user, show) for show in (RUNNING, OVER)}
    counts = count_each(lists)
    show = OVER if request.GET.get("show") == OVER else RUNNING
    before = number_asked(request.GET.get("before", ""))
    rows = lists[show].filter(pk__lt=before) if before is not None else lists[show]
    found = list(rows[: ON_A_PAGE + 1])
    labels = {RUNNING: _("Going on"), OVER: _("Over")}
    context = {
        "rows": found[:ON_A_PAGE],
        "show": show,
        "tabs": [
            {"label": labels[one], "url": f"?show={one}", "current": one == show, "count": counts[one]}
            for one in lists
        ],
        "older": f"?show={show}&before={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "newest": f"?show={show}" if before is not None else "",
        "layout": layout_of(request),
    }
    template = "dispatch/emergency_list.html"
    return render(request, f"{template}#live" if request.htmx else template, context)


@once
def declare_emergency(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.ALARM,
        form_class=DeclareEmergencyForm,
        service=services.declare_emergency,
        done=gettext_lazy("Declared an emergency. Its clock runs round the clock from now on."),
    )


@once
def end_emergency(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.CALM,
        form_class=EndEmergencyForm,
        service=services.end_emergency,
        done=gettext_lazy("The emergency is over."),
    )


@require_safe
def emergency_detail(request: StaffRequest, emergency_id: int) -> HttpResponse:
    """The room: map and circle, what lies in it, who has answered, the log; htmx gets one part (`?part=`)."""
    return _room(request, emergency_for(request.user, emergency_id))


@once
@require_POST
def draw_circle(request: StaffRequest, emergency_id: int) -> HttpResponse:
    form = CircleForm(request.POST)
    return _step(request, emergency_id, "circle", form, services.draw_circle, done=_("The circle is drawn."))


@once
@require_POST
def alert_concerned(request: StaffRequest, emergency_id: int) -> HttpResponse:
    form = AlertForm(request.POST)
    return _step(
        request, emergency_id, "alert", form, services.alert_concerned, done=_("Alerted. Receipts come in here.")
    )  # fmt: skip


@once
@require_POST
def alert_again(request: StaffRequest, emergency_id: int) -> HttpResponse:
    form = forms.Form(request.POST)
    return _step(request, emergency_id, "again", form, services.alert_again, done=_("Alerted again."))


@once
@require_POST
def write_entry(request: StaffRequest, emergency_id: int) -> HttpResponse:
    form = EntryForm(request.POST)
    return _step(request, emergency_id, "entry", form, services.write_entry, done=_("Written down."))


@once
@require_http_methods(["GET", "HEAD", "POST"])
def emergency_alert(request: StaffRequest, emergency_id: int) -> HttpResponse:
    """What somebody was alerted of, and the button that says they know."""
    named = ("emergency__case__case_class", "emergency__case__grid", "emergency__declared_by")
    alert = (
        EmergencyAlert.objects.filter(emergency=emergency_id, user=request.user)
        .select_related(*named)
        .first()
    )
    if alert is None:
        raise NotFoundForYou(emergency_id)
    sent = request.method == "POST"
    form = ReceiveForm(request.POST if sent else None)
    if sent and form.is_valid():
        services.receive_alert(emergency_id, actor=request.user, **form.cleaned_data)
        messages.success(request, _("They know that you know."))
        return lead_to(request, request.path)
    emergency = alert.emergency
    context = {
        "alert": alert,
        "emergency": emergency,
        "text": services.last_text(emergency),
        "centre": json.dumps([emergency.centre.y, emergency.centre.x]),
        "form": form,
        "sees_case": can_see_case_of_emergency(request.user, emergency),
        "sees_room": Emergency.objects.visible_to(request.user).filter(pk=emergency.pk).exists(),
        "layout": layout_of(request),
    }
    return render(request, "dispatch/emergency_alert.html", context, status=422 if sent else 200)


def emergency_for(user: User, emergency_id: int) -> Emergency:
    """The emergency with all that its pages name; raises `NotFoundForYou` to strangers."""
    named = ("case__case_class", "case__holder", "case__unit", "case__grid", "declared_by", "ended_by")
    found = Emergency.objects.visible_to(user).select_related(*named).filter(pk=emergency_id).first()
    if found is None:
        raise NotFoundForYou(emergency_id)
    return found


def _step(
    request: StaffRequest,
    emergency_id: int,
    name: str,
    form: forms.Form,
    service: Callable[..., Any],
    *,
    done: str | Promise,
) -> HttpResponse:
    """Do what was asked for in the room; refused, the room comes back with what was typed."""
    emergency = emergency_for(request.user, emergency_id)
    if form.is_valid():
        try:
            service(emergency.pk, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, str(done))
            return redirect("dispatch:emergency_detail", emergency.pk)
    return _room(request, emergency, {name: form})


def _room(
    request: StaffRequest, emergency: Emergency, sent: dict[str, forms.Form] | None = None
) -> HttpResponse:
    part = request.GET.get("part", "") if request.htmx else ""
    commands = not emergency.ended_at and can_command_emergency(request.user, emergency.case)
    context: dict[str, Any] = {
        "emergency": emergency,
        "case": emergency.case,
        "commands": commands,
        "moved_on": part in PARTS and request.GET.get("may") not in (None, str(int(commands))),
        "failed": next(iter(sent), "") if sent else "",
    }
    if part in ("", "receipts"):
        context |= _receipts(request.user, emergency, commands)
    if part in ("", "around"):
        context |= _around(request, emergency)
    if part in ("", "log"):
        context["log"] = log_of(emergency)
    if part in PARTS:
        return render(request, f"dispatch/emergency_detail.html#{part}", context)
    context |= {
        "centre": json.dumps([emergency.centre.y, emergency.centre.x]),
        "least": LEAST_RADIUS,
        "most": MOST_RADIUS,
        "forms": {
            "circle": CircleForm(
                initial={"radius_m": emergency.radius_m, "alert_new": bool(context["receipts"])}
            ),
            "alert": AlertForm(initial={"text": services.last_text(emergency)}),
            "entry": EntryForm(),
            **(sent or {}),
        },
        "mine": emergency.alerts.filter(user=request.user, received_at=None).exists(),
        "layout": layout_of(request),
    }
    return render(request, "dispatch/emergency_detail.html", context, status=422 if sent else 200)


def _receipts(user: User, emergency: Emergency, commands: bool) -> dict[str, Any]:
    receipts = receipts_of(emergency)
    return {
        "receipts": receipts,
        "received": sum(one.alert.received_at is not None for one in receipts),
        "silent": sum(one.is_silent for one in receipts),
        "new": len(not_alerted_yet(emergency, but=user)) if commands else 0,
    }


def _around(request: StaffRequest, emergency: Emergency) -> dict[str, Any]:
    """The four lists and their dots; `?radius_m=` looks at another circle, which is not drawn yet."""
    circle = circle_of(emergency)
    asked = number_asked(request.GET.get("radius_m", ""))
    if asked is not None and LEAST_RADIUS <= asked <= MOST_RADIUS:
        circle = replace(circle, radius_m=asked)
    found = around(emergency, request.user, circle)
    now = clock.now()
    layers = [
        _layer("resources", _("Resources"), found.resources, _of_object),
        _layer("staff", _("On duty"), found.staff, lambda duty: _of_duty(duty, now)),
        _layer("cases", _("Open cases"), found.cases, _of_case),
        _layer("objects", _("Objects"), found.objects, _of_object),
    ]
    dots = [dot for layer in layers for dot in layer["rows"]]
    return {"layers": layers, "circle": circle, "dots": json.dumps([_dot(one) for one in dots])}


def _layer(kind: str, label: str, found: Around, row: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    rows = [
        {"kind": kind, "metres": round(one.distance.m), "point": one.point} | row(one) for one in found.rows
    ]
    return {"kind": kind, "label": label, "rows": rows, "more": found.more}


def _dot(row: dict[str, Any]) -> dict[str, Any]:
    point = row["point"]
    return {
        "at": [round(point.y, 6), round(point.x, 6)],
        "kind": row["kind"],
        "name": f"{row['name']} · {row['metres']} m",
    }


def _of_object(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "what": str(one.type),
        "note": one.address,
        "url": reverse("grids:object_detail", args=[one.code]),
    }


def _of_duty(duty: Any, now: datetime) -> dict[str, Any]:
    minutes = max(int((now - duty.seen_at).total_seconds() // 60), 0)
    return {
        "name": str(duty.user),
        "what": duty.post.get_role_display() if duty.post else "",
        "note": _("seen %(minutes)d min ago") % {"minutes": minutes},
        "phone": duty.user.phone,
    }


def _of_case(case: Any) -> dict[str, Any]:
    return {
        "name": str(case.case_class or _("No class yet")),
        "what": case.get_status_display(),
        "note": case.address or case.number,
        "url": reverse("cases:case_detail", args=[case.number]),
    }
