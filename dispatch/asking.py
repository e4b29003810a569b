"""What a unit may ask for where it can't handle a case, or not in time."""

from cases.actions import OFFERS, Offer, offered_actions
from cases.models import Case
from cases.workflow import ASKING
from grids.models import User


def asks_of(user: User, case: Case) -> list[Offer]:
    """The pages on which this person may ask for a return, more time or a suspension now."""
    return [OFFERS[action] for action in offered_actions(user, case) if action in ASKING]
