"""What waits for whom at the console, and what a row of it shows."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest

from cases.models import Case, CaseEvent, CasePhoto
from cases.models.case import CaseQuerySet
from cases.permissions import where_may_take
from cases.workflow import UNREGISTERED, Action
from gridgov import counting
from grids.models import Role, User

# What a row shows of the case itself.
_ROW = (
    "number", "status", "address", "description", "stage_due_at", "stage_warn_at", "suspended_until", "supervised_at",
    "request", "urged_level", "emergency_at",
)  # fmt: skip


def has_role(user: User, *roles: Role) -> bool:
    """Whether the person holds a post of one of these roles today; an administrator stands in for everyone."""
    return user.is_superuser or any(post.role in roles for post in user.current_posts)


def judge(*roles: Role) -> Callable[[HttpRequest], bool]:
    """Whether an entry of the navigation is for whoever asks."""
    return lambda request: has_role(cast(User, request.user), *roles)


def waiting_for_intake(user: User) -> CaseQuerySet:
    """What this operator registers, refuses or has checked: reported or being checked at their centres."""
    return Case.objects.filter(where_may_take(user, Action.AMEND), status__in=UNREGISTERED)


def unplaced(user: User) -> CaseQuerySet:
    """What waits for this operator and lies in no grid."""
    return waiting_for_intake(user).filter(grid=None)


def for_rows(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with what a row of a list shows, names and all, in the same single query.

    Names come as columns (`class_name`, `grid_name`, `holder_name`, `unit_name`): fifty rows would be four
    hundred objects otherwise.
    """
    # Not Exists(): for that PostgreSQL may read every escalation there ever was.
    escalation = (
        CaseEvent.objects.filter(case=OuterRef("pk"), action=Action.ESCALATE).order_by().values("pk")[:1]
    )
    first_photo = CasePhoto.objects.filter(case=OuterRef("pk")).order_by("pk").values("photo_id")[:1]
    return cases.only(*_ROW).annotate(
        class_name=F("case_class__name"),
        grid_name=F("grid__name"),
        holder_name=_short("holder"),
        unit_name=_short("unit"),
        is_escalated=Subquery(escalation),
        photo_id=Subquery(first_photo),
    )


def _short(organisation: str) -> Coalesce:
    """The name that `Organisation.__str__` shows."""
    return Coalesce(NullIf(f"{organisation}__short_name", Value("")), f"{organisation}__name")


def count_each(queues: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many wait in each queue, up to `MOST_COUNTED` + 1, for `so_many`; one query for all of them."""
    counts, parts = dict.fromkeys(queues, 0), {}
    params: list[Any] = []
    for name, cases in queues.items():
        with suppress(EmptyResultSet):  # a queue of somebody without such a post
            sql, args = cases.order_by().values("pk")[: counting.MOST_COUNTED + 1].query.sql_with_params()
            parts[name] = f"(SELECT count(*) FROM ({sql}) queue)"  # noqa: S608 - Django's own SQL
            params.extend(args)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(parts.values()), params)
            counts |= zip(parts, cursor.fetchone(), strict=True)
    return counts
