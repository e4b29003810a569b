"""Who sees the pages of going out in the navigation, and how much waits there."""

from collections.abc import Mapping
from typing import cast

from django.http import HttpRequest

from cases.queues import count_each
from cases.workflow import Action
from gridgov.context_processors import COUNT_SOURCES, SHOWN
from grids.models import User
from grids.requests import StaffRequest
from inspections.permissions import can_lead, can_verify_cases, can_visit_objects
from inspections.selectors import waiting_for

VERIFY = "inspections:verification_queue"


def register() -> None:
    SHOWN["inspections:board"] = lambda request: can_lead(_user(request))
    SHOWN[VERIFY] = lambda request: can_verify_cases(_user(request))
    # The page of an object asks before it offers a visit.
    SHOWN["inspections:visit"] = lambda request: can_visit_objects(_user(request))
    COUNT_SOURCES["console"].append(_counts)


def _counts(request: HttpRequest) -> Mapping[str, int]:
    user = _user(request)
    if not can_verify_cases(user):
        return {}
    return count_each({VERIFY: waiting_for(user, [Action.VERIFY_PASS])})


def _user(request: HttpRequest) -> User:
    return cast(StaffRequest, request).user
