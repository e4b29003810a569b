"""Who sees the queues of intake in the navigation, and how much waits there."""

from collections.abc import Mapping
from typing import cast

from django.http import HttpRequest

from cases import board, queues, saved_filters
from cases.actions import OFFERS
from cases.permissions import areas_of_contact_looks, can_take_requests
from cases.publication_queue import sees_queue, to_look_over
from gridgov.context_processors import COUNT_SOURCES, LETTERS, MORE_LINKS, SHOWN
from grids.models import Role
from grids.requests import StaffRequest

_SEEN_BY = {
    "cases:intake_list": (Role.OPERATOR,),
    "cases:unplaced_list": (Role.OPERATOR,),
}


def register() -> None:
    for name, roles in _SEEN_BY.items():
        SHOWN[name] = queues.judge(*roles)
    SHOWN["cases:contact_look_list"] = lambda request: (
        areas_of_contact_looks(cast(StaffRequest, request).user) is not None
    )
    SHOWN["cases:board_desk"] = lambda request: board.has_desk(cast(StaffRequest, request).user)
    SHOWN["cases:request_file_list"] = _takes_requests
    SHOWN["cases:publication_list"] = lambda request: sees_queue(cast(StaffRequest, request).user)
    COUNT_SOURCES["console"].append(_counts)
    MORE_LINKS.append(saved_filters.links)
    LETTERS.extend((offer.key, offer.label) for offer in dict.fromkeys(OFFERS.values()) if offer.key)


def _takes_requests(request: HttpRequest) -> bool:
    return can_take_requests(cast(StaffRequest, request).user)


def _counts(request: HttpRequest) -> Mapping[str, int]:
    """One query for all of them."""
    user = cast(StaffRequest, request).user
    if not queues.has_role(user, Role.OPERATOR):
        return {}
    return queues.count_each(
        {
            "cases:intake_list": queues.waiting_for_intake(user),
            "cases:unplaced_list": queues.unplaced(user),
            "cases:board_desk": board.waiting_for(user),
            "cases:publication_list": to_look_over(user),
        }
    )
