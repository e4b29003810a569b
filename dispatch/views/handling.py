"""What my unit has to handle, for the phone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.models import Case
from cases.paging import FIRST_TO_RESUME, MOST_URGENT_FIRST
from cases.permissions import IN_UNIT
from cases.views.lists import arrivals
from cases.workflow import Action, Status
from dispatch.asking import asks_of
from dispatch.urgings import urgings_by_case
from gridgov import clock
from grids.models import User
from grids.requests import StaffRequest
from inspections.parts import Part, parts_of
from inspections.selectors import TO_DO_A_PART, count_waiting, parts_asked_of, waiting_for


@require_GET
def handling_list(request: StaffRequest) -> HttpResponse:
    """New cases to accept, cases in hand, and those whose clock stands; the most urgent first."""
    if request.htmx and request.htmx.target == "arrivals":
        return arrivals(request, waiting_for(request.user, [Action.ACCEPT, *TO_DO_A_PART]))
    units = [post.organisation_id for post in request.user.current_posts if post.role in IN_UNIT]
    suspended = Case.objects.visible_to(request.user).filter(status=Status.SUSPENDED, unit__in=units)
    lists = {
        "new": (waiting_for(request.user, [Action.ACCEPT]), MOST_URGENT_FIRST),
        "in_hand": (waiting_for(request.user, [Action.FEED_BACK]), MOST_URGENT_FIRST),
        "joint": (waiting_for(request.user, TO_DO_A_PART).select_related("unit"), MOST_URGENT_FIRST),
        "suspended": (suspended, FIRST_TO_RESUME),
    }
    parts = parts_of(request, lists)
    joint = _parts(request.user, parts.get("joint"))
    return render(
        request,
        "dispatch/handling_list.html",
        {
            "parts": parts,
            "shown_at": clock.now().isoformat(),
            "alone": len(parts) < len(lists),
            "new": _rows(request.user, parts.get("new")),
            "in_hand": _rows(request.user, parts.get("in_hand")),
            "joint": joint,
            "new_count": count_waiting(request.user, [Action.ACCEPT]),
            "in_hand_count": count_waiting(request.user, [Action.FEED_BACK]),
            "joint_count": count_waiting(request.user, TO_DO_A_PART) if joint else 0,
        },
    )


def _rows(user: User, part: Part | None) -> list[dict[str, object]]:
    if part is None:
        return []
    urgings = urgings_by_case(part.cases)
    return [
        {"case": case, "asks": asks_of(user, case), "urgings": urgings.get(case.pk)} for case in part.cases
    ]


def _parts(user: User, part: Part | None) -> list[dict[str, object]]:
    """Cases of which the reader's unit does a part, each with it."""
    if part is None:
        return []
    asked = parts_asked_of(user, part.cases)
    return [{"case": case, "part": asked[case.pk]} for case in part.cases if case.pk in asked]
