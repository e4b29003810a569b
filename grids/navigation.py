"""Who sees in the navigation what flows into the registry."""

from typing import cast

from django.http import HttpRequest

from gridgov.context_processors import SHOWN
from grids.models import Role, User
from grids.permissions import DECIDING_ROLES, areas_of_resident_looks, can_change_objects
from grids.requests import StaffRequest


def register() -> None:
    SHOWN["grids:proposal_list"] = lambda request: _decides(_user(request))
    SHOWN["grids:feed_list"] = lambda request: _delivers(_user(request))
    SHOWN["grids:resident_look_list"] = lambda request: bool(areas_of_resident_looks(_user(request)))
    SHOWN["grids:import_registry"] = lambda request: _looks_after_it(_user(request))


def _user(request: HttpRequest) -> User:
    return cast(StaffRequest, request).user


def _looks_after_it(user: User) -> bool:
    # Permissions are asked for in the database: on every page only for those who may have any.
    return user.is_staff and can_change_objects(user)


def _decides(user: User) -> bool:
    return _looks_after_it(user) or any(post.role in DECIDING_ROLES for post in user.current_posts)


def _delivers(user: User) -> bool:
    return _looks_after_it(user) or any(post.role == Role.OFFICER for post in user.current_posts)
