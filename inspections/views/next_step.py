"""From a notice straight to the work."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cases.actions import OFFERS
from cases.permissions import can_take_step
from cases.selectors import case_for
from cases.workflow import Action, Status
from gridgov.errors import NotFoundForYou
from gridgov.views.home import layout_of
from grids.requests import StaffRequest
from inspections.selectors import ERRANDS, errand_of, parts_asked_of


@require_GET
def next_step(request: StaffRequest, number: str) -> HttpResponse:
    """To the step that a case waits for from this person; to the case itself when it waits for none of theirs."""
    try:
        case = case_for(request.user, number)
    except NotFoundForYou as error:
        # Notices outlive what one may see: the case was returned or recalled. Nothing of it is said.
        layout = layout_of(request)
        return render(request, "inspections/no_longer_yours.html", {"layout": layout}, status=error.status)
    part = parts_asked_of(request.user, [case]).get(case.pk)
    action = errand_of(case, part) if part else ERRANDS.get(Status(case.status))
    if action is None or not can_take_step(request.user, case, action):
        return redirect("cases:case_detail", number)
    step = reverse(OFFERS[action].url_name, args=[number])
    # Whoever accepts may be there already: then the camera comes next.
    accepts = action in (Action.ACCEPT, Action.ACCEPT_PART)
    return redirect(f"{step}?next={request.path}" if accepts else step)
