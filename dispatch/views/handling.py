"""What my unit has to handle, for the phone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.models import Case
from cases.selectors import for_cards
from cases.workflow import Action, Status
from dispatch.asking import asks_of
from grids.models import Role, User
from grids.requests import StaffRequest
from inspections.selectors import count_waiting, errands

MOST_SHOWN = 50


@require_GET
def handling_list(request: StaffRequest) -> HttpResponse:
    """New cases to accept, cases in hand, and those whose clock stands; the most urgent first."""
    units = [
        post.organisation_id
        for post in request.user.current_posts
        if post.role in (Role.HANDLER, Role.OFFICER)
    ]
    suspended = Case.objects.visible_to(request.user).filter(status=Status.SUSPENDED, unit__in=units)
    return render(
        request,
        "dispatch/handling_list.html",
        {
            "new": _rows(request.user, Action.ACCEPT),
            "in_hand": _rows(request.user, Action.FEED_BACK),
            "suspended": for_cards(suspended).order_by("suspended_until", "id")[:MOST_SHOWN],
            "new_count": count_waiting(request.user, [Action.ACCEPT]),
            "in_hand_count": count_waiting(request.user, [Action.FEED_BACK]),
        },
    )


def _rows(user: User, action: Action) -> list[dict[str, object]]:
    return [
        {"case": errand.case, "asks": asks_of(user, errand.case)}
        for errand in errands(user, [action], limit=MOST_SHOWN)
    ]
