"""Who sees in the navigation what flows into the registry."""

from collections.abc import Mapping
from typing import cast

from django.http import HttpRequest

from gridgov import counting
from gridgov.context_processors import COUNT_SOURCES, SHOWN
from grids.models import Role, User
from grids.permissions import DECIDING_ROLES, areas_of_resident_looks, can_change_objects
from grids.proposals import waiting_for
from grids.requests import StaffRequest


def register() -> None:
    SHOWN["grids:proposal_list"] = lambda request: _decides(_user(request))
    SHOWN["grids:feed_list"] = lambda request: _delivers(_user(request))
    SHOWN["grids:resident_look_list"] = lambda request: bool(areas_of_resident_looks(_user(request)))
    COUNT_SOURCES["console"].append(_counts)
    SHOWN["grids:import_registry"] = lambda request: _looks_after_it(_user(request))


def _counts(request: HttpRequest) -> Mapping[str, int]:
    user = _user(request)
    if not _decides(user):
        return {}
    return {"grids:proposal_list": waiting_for(user).order_by()[: counting.MOST_COUNTED + 1].count()}


def _user(request: HttpRequest) -> User:
    return cast(StaffRequest, request).user


def _looks_after_it(user: User) -> bool:
    # Permissions are asked for in the database: on every page only for those who may have any.
    return user.is_staff and can_change_objects(user)


def _decides(user: User) -> bool:
    return _looks_after_it(user) or any(post.role in DECIDING_ROLES for post in user.current_posts)


def _delivers(user: User) -> bool:
    return _looks_after_it(user) or any(post.role == Role.OFFICER for post in user.current_posts)
