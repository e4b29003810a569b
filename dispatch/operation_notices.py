"""Who hears of what happens to an operation."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.permissions import IN_UNIT
from dispatch.models import Operation, OperationKind
from dispatch.operations import deciders
from gridgov.live import area_topic, organisation_topic, person_topic, tell_live
from gridgov.models import NoticeKind
from gridgov.outbox import register_subject, register_texts, send_notices
from grids.models import Area, Organisation, Post, Role, User

register_texts(
    {
        "operation_asked": _("%(title)s: an operation waits for your approval"),
        "operation_called": _("%(title)s: your unit is called. Report in by %(by_at)s. %(duty)s"),
        "operation_approved": _("%(title)s: approved, the units are called"),
        "operation_refused": _("%(title)s: refused. %(note)s"),
        "operation_cancelled": _("%(title)s: cancelled. %(note)s"),
        "operation_reported_in": _("%(title)s: %(unit)s has reported in"),
        "operation_missed": _("%(title)s: %(unit)s has not reported in in time"),
        "operation_done": _("%(title)s: every unit has done its part, please rate them"),
        "operation_ended": _("%(title)s: ended by the caller. %(note)s"),
        "operation_rated": _("%(title)s: your unit was rated %(rating)s of 5. %(note)s"),
    },
    kind=NoticeKind.OPERATIONS,
)


def operations_in_words(ids: Collection[int]) -> Mapping[int, str]:
    """Place and caller of operations; one query."""
    found = Operation.objects.filter(pk__in=ids).order_by()
    return {
        pk: " · ".join(part for part in (address or area, caller) if part)
        for pk, address, area, caller in found.values_list("pk", "address", "area__name", "caller__name")
    }


register_subject("operation", operations_in_words)


def members_of(units: Iterable[int]) -> list[User]:
    """The people of units: those who handle."""
    posts = Post.objects.current().filter(organisation__in=list(units), role__in=IN_UNIT)
    return _people(posts)


def callers_of(operation: Operation) -> list[User]:
    """Who called it, and those at the caller's who command it too."""
    roles = [Role.DISPATCHER, Role.SUPERVISOR]
    if operation.kind == OperationKind.WHISTLE:
        roles.append(Role.GRID_LEADER)
    posts = Post.objects.current().filter(organisation=operation.caller_id, role__in=roles)
    return [*_people(posts), User(pk=operation.called_by_id, email=operation.called_by.email)]


def superiors_of(unit: Organisation) -> list[User]:
    """Who stands above a unit: who leads or supervises the one above it, else who supervises its area."""
    above = Q(organisation=unit.parent_id, role__in=[Role.SUPERVISOR, Role.LEADER, Role.OFFICER])
    of_area = Q(role=Role.SUPERVISOR, area__code__in=unit.area.ancestor_codes)
    return _people(Post.objects.current().filter(above | of_area if unit.parent_id else of_area))


def deciders_of(operation: Operation) -> list[User]:
    return _people(deciders(operation.caller, operation.area, but=operation.called_by_id))


def tell(
    operation: Operation, event: str, people: Iterable[User], *, but: User | None = None, **params: Any
) -> None:
    """An urgent notice to each of these people but one; in the transaction of what happened."""
    told = [person for person in people if but is None or person.pk != but.pk]
    send_notices(
        told,
        f"operation_{event}",
        params={"title": operation.title, **params},
        url=reverse("dispatch:operation_detail", args=[operation.pk]),
        subject=f"operation:{operation.pk}",
        urgent=event in ("asked", "called", "missed", "cancelled"),
    )


def hint(operation: Operation) -> None:
    """Whoever looks at it sees it change: its area, its caller, and the units once they are called."""
    areas = Area.objects.filter(code__in=operation.area.ancestor_codes).values_list("pk", flat=True)
    organisations = {operation.caller_id, operation.caller.parent_id} - {None}
    if operation.called_at:
        organisations |= set(operation.units.values_list("organisation_id", flat=True))
    topics = [area_topic(pk) for pk in areas] + [organisation_topic(pk) for pk in organisations if pk]
    tell_live("operation", str(operation.pk), [*topics, person_topic(operation.called_by_id)])


def _people(posts: Any) -> list[User]:
    found = posts.order_by().values_list("user_id", "user__email").distinct()
    return [User(pk=pk, email=email) for pk, email in found]
