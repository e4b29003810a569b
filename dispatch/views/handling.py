"""What my unit has to handle, for the phone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.actions import OFFERS, Offer, offered_actions
from cases.models import Case
from cases.selectors import for_cards
from cases.workflow import ASKING, Action, Status
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
            "new": errands(request.user, [Action.ACCEPT], limit=MOST_SHOWN),
            "in_hand": [
                {"errand": errand, "asks": _asks(request.user, errand.case)}
                for errand in errands(request.user, [Action.FEED_BACK], limit=MOST_SHOWN)
            ],
            "suspended": for_cards(suspended).order_by("suspended_until", "id")[:MOST_SHOWN],
            "new_count": count_waiting(request.user, [Action.ACCEPT]),
            "in_hand_count": count_waiting(request.user, [Action.FEED_BACK]),
        },
    )


def _asks(user: User, case: Case) -> list[Offer]:
    """What the unit may ask for, where it can't handle a case or not in time."""
    return [OFFERS[action] for action in offered_actions(user, case) if action in ASKING]
