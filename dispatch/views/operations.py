"""Operations at the desk: the lists, calling one, and what belongs to a case."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.permissions import can_see_case
from cases.queues import count_each
from cases.selectors import case_for
from dispatch.forms.operation import CallForm, OfferedUnit, first_values
from dispatch.models import Emergency, EmergencyAlert, Operation, OperationKind
from dispatch.operations import ASKED, DONE, MINE, ON_A_PAGE, RUNNING, find_units, operations_of
from dispatch.permissions import callers
from dispatch.services.operation import call_operation as call
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import layout_of
from grids.models import Organisation, User
from grids.requests import StaffRequest


@require_safe
def operation_list(request: StaffRequest) -> HttpResponse:
    """The operations one sees, what waits for oneself first; `?show=`, `?before=` an id."""
    lists = {show: operations_of(request.user, show) for show in (MINE, ASKED, RUNNING, DONE)}
    counts = count_each(lists)
    asked = request.GET.get("show", "")
    show = asked if asked in lists else next((one for one in lists if counts[one]), MINE)
    rows, older = _page_of(lists[show], number_asked(request.GET.get("before", "")))
    context = {
        "rows": rows,
        "of_seen_cases": {one.pk for one in rows if one.case and can_see_case(request.user, one.case)},
        "show": show,
        "tabs": [
            {"label": _labels()[one], "url": f"?show={one}", "current": one == show, "count": counts[one]}
            for one in lists
        ],
        "older": f"?show={show}&before={older}" if older else "",
        "newest": f"?show={show}" if request.GET.get("before") else "",
        "kinds": _kinds(request.user),
        "layout": layout_of(request),
    }
    template = "dispatch/operation_list.html"
    return render(request, f"{template}#live" if request.htmx else template, context)


@once
@require_http_methods(["GET", "HEAD", "POST"])
def call_operation(request: StaffRequest) -> HttpResponse:
    """Call units to a place: `?kind=` whistle or joint, `?case=` the number of the case that it is about."""
    kind = _kind(request.GET.get("kind", ""))
    mine = callers(request.user, kind)
    if not mine:
        raise NotPermitted("call_operation")
    number = request.GET.get("case", "")
    case = case_for(request.user, number) if number else None
    sent = request.method == "POST"
    form = CallForm(
        request.POST if sent else None, kind=kind, callers=mine, case=case, initial=first_values(case)
    )
    if sent and form.is_valid():
        try:
            operation = call(actor=request.user, **form.values())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request,
                _("Called. The units are told at once.")
                if operation.called_at
                else _("Sent. The units are called as soon as it is approved."),
            )
            return redirect("dispatch:operation_detail", operation.pk)
    context = {
        "form": form,
        "kind": kind,
        "case": case,
        "calling": form.calling,
        "alone": len(mine) == 1,
        "search_query": f"?caller={form.calling.pk}",
        "units": form.offered_units,
        "back": reverse("cases:case_detail", args=[case.number]) if case else reverse("dispatch:operation_list"),
        "layout": layout_of(request),
    }  # fmt: skip
    return render(request, "dispatch/call_operation.html", context, status=422 if sent else 200)


@require_safe
def operation_units(request: StaffRequest) -> HttpResponse:
    """Units of the district by their name, for the form; `?caller=`, `?unit_words=`."""
    caller = _caller(request.user, request.GET.get("caller", ""))
    words = request.GET.get("unit_words", "").strip()
    found = [OfferedUnit(unit) for unit in find_units(caller, words)] if words else []
    return render(request, "dispatch/operation_units.html", {"units": found, "words": words})


@require_safe
def blow_whistle(request: StaffRequest, number: str) -> HttpResponse:
    return _call_about(number, OperationKind.WHISTLE)


@require_safe
def call_joint_operation(request: StaffRequest, number: str) -> HttpResponse:
    return _call_about(number, OperationKind.JOINT)


@require_safe
def case_operations(request: StaffRequest, number: str) -> HttpResponse:
    """What was called and declared about a case, for its page; those that the person may see."""
    case = case_for(request.user, number)
    context = {
        "case": case,
        "operations": Operation.objects.visible_to(request.user)
        .filter(case=case)
        .select_related("caller")
        .order_by("-pk")[:10],
        "emergencies": Emergency.objects.visible_to(request.user).filter(case=case).order_by("-pk")[:5],
    }
    return render(request, "dispatch/case_operations.html", context)


@require_safe
def my_calls(request: StaffRequest) -> HttpResponse:
    """What calls this person now, for the pages of their day: alerts not answered, operations of their units."""
    alerts = EmergencyAlert.objects.filter(
        user=request.user, received_at=None, emergency__ended_at=None
    ).select_related("emergency__case__case_class")
    context = {"alerts": alerts.order_by("-pk")[:5], "operations": operations_of(request.user, MINE)[:5]}
    return render(request, "dispatch/my_calls.html", context)


def _labels() -> dict[str, str]:
    return {
        MINE: _("Waits for me"),
        ASKED: _("Waits for approval"),
        RUNNING: _("Running"),
        DONE: _("Over"),
    }


def _kinds(user: User) -> list[OperationKind]:
    """What the person may call."""
    return [kind for kind in (OperationKind.WHISTLE, OperationKind.JOINT) if callers(user, kind)]


def _kind(asked: str) -> OperationKind:
    try:
        return OperationKind(asked or OperationKind.WHISTLE)
    except ValueError:
        raise NotFoundForYou(asked) from None


def _caller(user: User, asked: str) -> Organisation:
    mine = {str(one.pk): one for kind in OperationKind for one in callers(user, kind)}
    if not mine:
        raise NotPermitted("call_operation")
    return mine.get(asked) or next(iter(mine.values()))


def _call_about(number: str, kind: OperationKind) -> HttpResponse:
    return redirect(f"{reverse('dispatch:call_operation')}?kind={kind}&case={number}")


def _page_of(rows: Any, before: int | None) -> tuple[list[Operation], int | None]:
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: ON_A_PAGE + 1])
    return found[:ON_A_PAGE], found[ON_A_PAGE - 1].pk if len(found) > ON_A_PAGE else None
