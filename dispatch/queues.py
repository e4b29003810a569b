"""What waits for dispatchers, units and supervisors."""

from django.db.models import Q, QuerySet

from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.permissions import AREA_FIELD, where_may_take
from cases.workflow import OPEN, TIMED, WITH_UNIT, Action, Status
from dispatch.routing import unrouted
from gridgov import clock
from grids.models import AreaLevel, Role, User

SUPERVISED, REQUESTS, OVERDUE = "supervised", "requests", "overdue"


def waiting_for_dispatch(user: User) -> CaseQuerySet:
    """Registered at this dispatcher's centres."""
    return Case.objects.filter(where_may_take(user, Action.DISPATCH))


def without_unit(user: User) -> QuerySet[Case]:
    """Of these, the ones for which no responsibility names a unit."""
    return unrouted(waiting_for_dispatch(user))


def in_my_unit(user: User) -> CaseQuerySet:
    """What this person's units have to accept, handle, or go on with later."""
    units = {post.organisation_id for post in user.current_posts if post.role in (Role.HANDLER, Role.OFFICER)}
    return Case.objects.filter(unit__in=units, status__in=[*WITH_UNIT, Status.SUSPENDED])


def under_supervision(user: User, show: str) -> CaseQuerySet:
    """In this supervisor's or leader's areas: what is on the supervision list, asked for, or overdue."""
    cases = Case.objects.filter(_my_areas(user))
    if show == SUPERVISED:
        return cases.open().filter(supervised_at__isnull=False)
    if show == REQUESTS:
        return cases.exclude(request="")
    return cases.filter(status__in=TIMED, stage_due_at__lte=clock.now())


def to_look_after(user: User) -> CaseQuerySet:
    """What asks for this supervisor themselves: the supervision list and the requests."""
    cases = Case.objects.filter(_my_areas(user), status__in=OPEN)
    return cases.filter(Q(supervised_at__isnull=False) | ~Q(request=""))


def _my_areas(user: User) -> Q:
    where = Q() if user.is_superuser else Q(pk__in=[])
    for post in user.current_posts:
        if post.role in (Role.SUPERVISOR, Role.LEADER):
            where |= Q(**{AREA_FIELD[AreaLevel(post.area.level)]: post.area_id})
    return where
