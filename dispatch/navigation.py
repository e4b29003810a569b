"""Who sees the queues of command in the navigation, and how much waits there."""

from collections.abc import Mapping
from functools import partial
from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cases.actions import FURTHER, Offer
from cases.permissions import IN_UNIT
from cases.queues import count_each, judge
from dispatch import emergencies, operations, permissions, queues, urgings
from dispatch.models import OperationKind
from gridgov.context_processors import COUNT_SOURCES, SHOWN
from grids.models import Role
from grids.requests import StaffRequest

_SEEN_BY = {
    "dispatch:dispatch_list": (Role.DISPATCHER,),
    "dispatch:unrouted_list": (Role.DISPATCHER,),
    "dispatch:unit_list": IN_UNIT,
    "dispatch:supervisor_list": (Role.SUPERVISOR, Role.LEADER),
    "dispatch:urging_list": (
        Role.HANDLER,
        Role.OFFICER,
        Role.OPERATOR,
        Role.DISPATCHER,
        Role.SUPERVISOR,
        Role.LEADER,
    ),
    "dispatch:operation_list": (
        Role.GRID_LEADER,
        Role.HANDLER,
        Role.OFFICER,
        Role.OPERATOR,
        Role.DISPATCHER,
        Role.SUPERVISOR,
        Role.LEADER,
    ),
    "dispatch:emergency_list": (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER),
    "dispatch:rota": (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER, Role.GRID_LEADER),
    "dispatch:routing_test": (Role.DISPATCHER, Role.SUPERVISOR),
    "dispatch:wall": (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER),
}
_QUEUES = {
    "dispatch:dispatch_list": queues.asks_for_dispatcher,
    "dispatch:unrouted_list": queues.without_unit,
    "dispatch:unit_list": queues.in_my_unit,
    "dispatch:supervisor_list": queues.to_look_after,
    "dispatch:urging_list": urgings.asking_for,
    "dispatch:operation_list": operations.waiting_for,
    "dispatch:emergency_list": emergencies.going_on,
}
_WHISTLE = Offer("dispatch:blow_whistle", _("Blow the whistle"), "megaphone")
_JOINT_OPERATION = Offer("dispatch:call_joint_operation", _("Call a joint operation"), "users")


def register() -> None:
    for name, roles in _SEEN_BY.items():
        SHOWN[name] = judge(*roles)
    COUNT_SOURCES["console"].append(_counts)
    FURTHER.append((partial(permissions.can_call_about, kind=OperationKind.WHISTLE), _WHISTLE))
    FURTHER.append((partial(permissions.can_call_about, kind=OperationKind.JOINT), _JOINT_OPERATION))


def _counts(request: HttpRequest) -> Mapping[str, int]:
    user = cast(StaffRequest, request).user
    return count_each({name: queue(user) for name, queue in _QUEUES.items() if SHOWN[name](request)})
