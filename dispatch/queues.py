"""What waits for dispatchers, units and supervisors."""

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from cases.models import Case, CaseEvent
from cases.models.case import CaseQuerySet
from cases.parts import with_open_part
from cases.permissions import AREA_FIELD, across_borders, units_of, where_may_take
from cases.workflow import GRANTED_BY, TIMED, WITH_UNIT, Action, Status
from dispatch.routing import unrouted
from gridgov import clock
from grids.models import AreaLevel, Role, User

WAITING, RETURNED, REQUESTS, OUT = "waiting", "returned", "requests", "out"
SUPERVISED, OVERDUE = "supervised", "overdue"


def requests_to_decide(user: User) -> CaseQuerySet:
    """What units ask for and this person decides: dispatchers returns, supervisors more time and suspensions."""
    where = Q(pk__in=[])
    for asked, granting in GRANTED_BY.items():
        where |= Q(where_may_take(user, granting), request=asked)
    return Case.objects.filter(where)


def in_dispatch(user: User, show: str = WAITING) -> CaseQuerySet:
    """At this dispatcher's centres: what waits for a unit, came back from one, asks to be taken back, or is with one."""
    if show == REQUESTS:
        return requests_to_decide(user)
    if show == RETURNED:
        return given_back(in_dispatch(user))
    return Case.objects.filter(where_may_take(user, Action.RECALL if show == OUT else Action.DISPATCH))


def given_back(cases: CaseQuerySet) -> CaseQuerySet:
    """Of these, the ones that a unit gave back and that wait for a new dispatch: they came where they are by a return."""
    changes = CaseEvent.objects.filter(case=OuterRef("pk")).exclude(from_status=F("to_status"))
    came_by = Subquery(changes.order_by("-seq").values("action")[:1])
    return cases.alias(came_by=came_by).filter(status=Status.REGISTERED, came_by=Action.RETURN)


def asks_for_dispatcher(user: User) -> CaseQuerySet:
    """What asks for this dispatcher themselves."""
    return in_dispatch(user, WAITING) | in_dispatch(user, REQUESTS)


def without_unit(user: User) -> QuerySet[Case]:
    """Of these, the ones for which no responsibility names a unit."""
    return unrouted(in_dispatch(user))


def in_my_unit(user: User) -> CaseQuerySet:
    """What this person's units have to accept, handle, or go on with later."""
    units = units_of(user)
    in_hand = [*WITH_UNIT, Status.SUSPENDED]
    return Case.objects.filter(
        Q(unit__in=units, status__in=in_hand) | Q(with_open_part(units), status__in=in_hand)
    )


def under_supervision(user: User, show: str) -> CaseQuerySet:
    """What a supervisor or leader looks after: what is on the supervision list, asked for, or overdue."""
    cases = Case.objects.filter(_my_areas(user))
    if show == SUPERVISED:
        return cases.open().filter(supervised_at__isnull=False)
    if show == REQUESTS:
        return requests_to_decide(user)
    return cases.filter(status__in=TIMED, stage_due_at__lte=clock.now())


def to_look_after(user: User) -> CaseQuerySet:
    """What asks for this supervisor themselves: the supervision list and the requests."""
    return under_supervision(user, SUPERVISED) | requests_to_decide(user)


def _my_areas(user: User) -> Q:
    """Where a supervisor or leader looks: what lies in their areas, or reaches into them."""
    where = Q() if user.is_superuser else Q(pk__in=[])
    for post in user.current_posts:
        if post.role in (Role.SUPERVISOR, Role.LEADER):
            where |= Q(**{AREA_FIELD[AreaLevel(post.area.level)]: post.area_id})
            where |= across_borders([post.area_id])
    return where
