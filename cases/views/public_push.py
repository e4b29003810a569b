"""A browser without an account asks to be told what becomes of a report, and withdraws."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cases.public_limits import for_everybody
from cases.views.public_track import follower_for
from gridgov.views.push import take_subscription, take_withdrawal


@for_everybody
@require_POST
def follow_on_device(request: HttpRequest, code: str) -> HttpResponse:
    """Tell this browser of each step from now on; whoever holds the code may ask for it."""
    return take_subscription(request, f"follower:{follower_for(request, code).pk}")


@for_everybody
@require_POST
def unfollow_on_device(request: HttpRequest, code: str) -> HttpResponse:
    return take_withdrawal(request, f"follower:{follower_for(request, code).pk}")
