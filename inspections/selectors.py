"""What waits for somebody who is out, and what lies near them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.actions import OFFERS, Offer
from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.paging import MOST_URGENT_FIRST
from cases.parts import Part, parts_by_case, with_open_part
from cases.permissions import units_of, where_may_take
from cases.selectors import for_cards
from cases.workflow import WITH_UNIT, Action, Status
from gridgov.api.position import lon_lat
from gridgov.geo import box_around
from grids.filters import ObjectFilter
from grids.models import Area, GridObject, User
from inspections.models import Task
from inspections.nearness import metres_to
from inspections.task_cards import held_by_others

# What a case of a status asks of somebody who is out.
ERRANDS = {
    Status.HANDLED: Action.VERIFY_PASS,
    Status.CHECKING: Action.ANSWER_CHECK,
    Status.DISPATCHED: Action.ACCEPT,
    Status.HANDLING: Action.FEED_BACK,
}
# The same for somebody of a joint unit: its part waits since one of these steps.
PART_ERRANDS = {Action.JOIN: Action.ACCEPT_PART, Action.ACCEPT_PART: Action.FEED_BACK_PART}
# The same as a task on a card; its button names the step.
TASKS = {
    Action.VERIFY_PASS: _("Go and verify"),
    Action.ANSWER_CHECK: _("Go and check"),
    Action.ACCEPT: _("Accept"),
    Action.FEED_BACK: _("Handle, then report the result"),
    Action.ACCEPT_PART: _("Accept our part"),
    Action.FEED_BACK_PART: _("Do our part, then report the result"),
}
TO_LOOK_AT = (Action.VERIFY_PASS, Action.ANSWER_CHECK)
TO_DO_A_PART = tuple(PART_ERRANDS.values())
TO_HANDLE = (Action.ACCEPT, Action.FEED_BACK, *TO_DO_A_PART)
MOST_COUNTED = 100


@dataclass(frozen=True)
class Errand:
    """A case that waits for somebody, the step it waits for, and the task by which they have it in hand."""

    case: Case
    task: Task | None = None
    part: Part | None = None

    @property
    def offer(self) -> Offer:
        """The step, named as a task."""
        action = errand_of(self.case, self.part)
        return replace(OFFERS[action], label=TASKS[action])


def waiting_for(user: User, actions: Iterable[Action]) -> CaseQuerySet:
    """The cases in which the person may take one of the steps now, the most urgent first.

    Without those that somebody else has grabbed to look at.
    """
    where = reduce(or_, (_where_waits(user, action) for action in actions))
    cases = Case.objects.visible_to(user).filter(where).exclude(held_by_others(user))
    return cases.order_by(*MOST_URGENT_FIRST.fields)


def errands(user: User, actions: Iterable[Action], limit: int) -> list[Errand]:
    """The most urgent errands, ready for cards; three queries, and two for parts of joint work."""
    cases = list(for_cards(waiting_for(user, actions))[:limit])
    parts = parts_asked_of(user, cases)
    tasks = Task.objects.pending().filter(assignee=user, case__in=[case.pk for case in cases])
    held = {task.case_id: task for task in tasks.order_by()}
    return [Errand(case, held.get(case.pk), parts.get(case.pk)) for case in cases]


def errand_of(case: Case, part: Part | None) -> Action:
    """The step that a case waits for from somebody who is out; `part` where they do one of it."""
    return PART_ERRANDS[part.state] if part else ERRANDS[Status(case.status)]


def parts_asked_of(user: User, cases: Collection[Case]) -> dict[int, Part]:
    """The parts that cases ask of the person's units, by the case's id; whoever leads a case does the whole of it."""
    mine = units_of(user)
    return parts_by_case([case for case in cases if case.unit_id not in mine], user)


def _where_waits(user: User, action: Action) -> Q:
    """What the person may do now; of a part only as far as it is not done yet."""
    if action in TO_DO_A_PART:
        states = [state for state, step in PART_ERRANDS.items() if step is action]
        return Q(with_open_part(units_of(user), *states), status__in=WITH_UNIT)
    return where_may_take(user, action)


def count_waiting(user: User, actions: Iterable[Action]) -> int:
    """How many cases wait for the person, counted up to `MOST_COUNTED`."""
    return waiting_for(user, actions).order_by()[:MOST_COUNTED].count()


def objects_to_order_about(user: User, area: Area) -> QuerySet[GridObject]:
    """What stands in use in an area, as far as the person may see it."""
    objects: QuerySet[GridObject] = GridObject.objects.visible_to(user).in_use().within(area)
    return objects.select_related("area")


def find_objects(user: User, area: Area, words: str, *, limit: int) -> list[GridObject]:
    """The first objects to order about whose name, address or code holds the words; none without words. One query."""
    if not words:
        return []
    objects = objects_to_order_about(user, area)
    return list(ObjectFilter({"q": words}, queryset=objects).qs.order_by("code")[:limit])


def nearby_cases(user: User, point: Point, *, limit: int, within_m: float = 2000) -> CaseQuerySet:
    """Open cases around a point (WGS-84), the nearest first, each with its `distance_m`, `lon` and `lat`."""
    return (
        for_cards(Case.objects.visible_to(user).open())
        .filter(point__bboverlaps=box_around(point, within_m))
        .annotate(**lon_lat("point"), distance_m=metres_to(point))
        .filter(distance_m__lte=within_m)
        .order_by("distance_m", "id")[:limit]
    )
