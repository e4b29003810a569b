"""Operations of the small city, called through the real services."""

from typing import Any

from dispatch.models import Operation, OperationKind, OperationRule
from dispatch.services.operation import Share, call_operation
from grids.models import Role
from tests.case_factories import Cast
from tests.factories import inside, make_post, make_user


def blow(cast: Cast, **fields: Any) -> Operation:
    """A whistle of the community's dispatcher for the street's department, which leads, and the community's team."""
    city = cast.city
    return call_operation(
        **{
            "actor": cast.dispatcher,
            "kind": OperationKind.WHISTLE,
            "caller": city.community_centre,
            "title": "夜市占道",
            "purpose": "清理占道摊档",
            "address": "桂澜路 1 号",
            "point": inside(city.grid),
            "shares": [Share(city.street_department, "劝离摊档", leads=True), Share(city.team, "清扫路面")],
            **fields,
        }
    )


def ask_joint(cast: Cast, **fields: Any) -> Operation:
    """A joint operation of the street's department, which waits for approval."""
    wanted = {
        "actor": cast.officer,
        "kind": OperationKind.JOINT,
        "caller": cast.city.street_department,
        "shares": [Share(cast.city.team, "拆除违建"), Share(cast.city.district_department, "取证")],
        **fields,
    }
    return blow(cast, **wanted)


def rule(kind: str, **fields: Any) -> OperationRule:
    """The general rule of a kind, changed."""
    found, _new = OperationRule.objects.update_or_create(kind=kind, level=None, defaults=fields)
    return found


def colleague(cast: Cast, username: str, role: Role, organisation: Any):
    user = make_user(username)
    make_post(user, role, organisation)
    return user
