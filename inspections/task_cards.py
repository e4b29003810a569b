"""Tasks as cards: what, where, until when, and the one thing to do with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from gridgov import clock
from gridgov.geo import box_around
from grids.models import GridObject, User
from inspections.campaign_progress import Progress, progress_by_area
from inspections.models import PENDING, Task, TaskState, Visit
from inspections.nearness import metres_to, task_place
from inspections.permissions import where_may_have
from inspections.times import beginning_of, end_of_day

ICONS = {
    "patrol": "footprints",
    "campaign": "megaphone",
    "recheck": "rotate-ccw",
    "check": "search",
    "verification": "shield-check",
    "order": "flag",
}


@dataclass(frozen=True)
class TaskCard:
    """A task as its card shows it."""

    task: Task
    progress: Progress | None = None
    distance_m: float | None = None

    @property
    def icon(self) -> str:
        return ICONS[self.task.kind]

    @property
    def due_at(self) -> datetime:
        """Until when: what waits for a look at its case falls due with that."""
        return (self._case_light or self._own_light)[0]

    @property
    def warn_at(self) -> datetime | None:
        """When most of its time is gone; of a case its own clock tells, so that it has one light wherever it stands."""
        return (self._case_light or self._own_light)[1]

    @property
    def _own_light(self) -> tuple[datetime, datetime]:
        share: float = settings.WARN_AT_SHARE
        return self.task.due_at, self.task.starts_at + (self.task.due_at - self.task.starts_at) * share

    @property
    def _case_light(self) -> tuple[datetime, datetime | None] | None:
        case = self.task.case
        return (case.stage_due_at, case.stage_warn_at) if case and case.stage_due_at else None

    @property
    def starts_later(self) -> bool:
        return self.task.starts_at > clock.now()

    @property
    def is_pending(self) -> bool:
        return self.task.state in PENDING

    @property
    def is_overdue(self) -> bool:
        return self.is_pending and self.due_at <= clock.now()

    @property
    def place(self) -> str:
        """The object with its address, or the area."""
        if self.task.object:
            there = self.task.object
            return " · ".join(part for part in (there.public_name, there.public_address) if part)
        if self.task.case and self.task.case.address:
            return str(self.task.case.address)
        return str(self.task.area)

    @property
    def point(self) -> Point | None:
        """Where it is to be done, if that is a place and not a whole grid."""
        place = self.task.object or self.task.case
        return place.point if place else None

    @property
    def grid(self) -> str:
        """The area, where the place does not say it already."""
        return "" if self.place == str(self.task.area) else str(self.task.area)

    @property
    def is_to_begin(self) -> bool:
        """What was grabbed goes back unless it is begun; a patrol says when it begins."""
        by_hand = self.task.begin_by is not None or self.task.object_id is None
        return self.task.state == TaskState.ASSIGNED and by_hand and not self._is_of_objects

    @property
    def _is_of_objects(self) -> bool:
        """A campaign whose objects are visited one by one."""
        return self.task.campaign is not None and self.task.campaign.places is None

    @property
    def next_step(self) -> str:
        """The one thing that whoever has it does next: begin, visit, case, campaign or finish; "" when it is over."""
        task = self.task
        steps = (
            ("", not self.is_pending),
            ("begin", self.is_to_begin),
            ("visit", task.object_id is not None),
            ("case", task.case_id is not None),
            ("campaign", self._is_of_objects),
        )
        return next((step for step, is_next in steps if is_next), "finish")

    @property
    def about(self) -> str:
        """What the phone's queue calls that at which it is done: an object or a case; "" for a whole grid."""
        if self.task.object:
            return f"object {self.task.object.code}"
        return self.task.case.number if self.task.case else ""

    @property
    def work_url(self) -> str:
        return work_url(self.task)


def work_url(task: Task) -> str:
    """Where the task is worked on: the visit of its object, the step of its case, else its own page."""
    if task.object:
        asked = urlencode({"task": task.pk, "object": task.object.code})
        return f"{reverse('inspections:visit')}?{asked}"
    if task.case:
        return reverse("inspections:next_step", args=[task.case.number])
    return reverse("inspections:task_detail", args=[task.pk])


def for_cards(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """With what a card shows."""
    return tasks.select_related("area", "object__type", "case", "campaign", "skill", "assignee")


def my_tasks(user: User, limit: int) -> list[TaskCard]:
    """What one has in hand for today, the first to end on top; checks and verifications stand among the errands.

    Two queries.
    """
    tasks = (
        Task.objects.pending()
        .filter(assignee=user, case=None, starts_at__lt=end_of_day())
        .order_by("-is_urgent", "due_at", "plan_id", "campaign_id", "id")
    )
    return as_cards(for_cards(tasks)[:limit])


def as_cards(tasks: Iterable[Task]) -> list[TaskCard]:
    """Cards with the progress of campaigns; one query more, if there are any."""
    tasks = list(tasks)
    campaigns = {task.campaign.pk: task.campaign for task in tasks if task.campaign}
    areas = {task.area_id for task in tasks if task.campaign_id}
    progress = progress_by_area(list(campaigns.values()), areas)
    return [
        TaskCard(
            task,
            progress.get((task.campaign_id, task.area_id)) if task.campaign_id else None,
            getattr(task, "distance_m", None),
        )
        for task in tasks
    ]


def rounds_of(cards: Iterable[TaskCard]) -> list[list[TaskCard]]:
    """Cards that follow each other and are one round through several grids, of a plan's time or of a campaign."""
    return [list(together) for _source, together in groupby(cards, key=_source_of)]


def _source_of(card: TaskCard) -> tuple[object, ...]:
    task = card.task
    of_many = task.plan_id or task.campaign_id
    return (task.plan_id, task.campaign_id, task.starts_at) if of_many else (task.pk,)


def held_by_others(user: User) -> Exists:
    """For cases: somebody else has the look at it in hand."""
    return Exists(
        Task.objects.pending().filter(case=OuterRef("pk"), assignee__isnull=False).exclude(assignee=user)
    )


def nearby_tasks(user: User, point: Point, *, limit: int, within_m: float = 2000) -> list[TaskCard]:
    """Open tasks that may be the person's around a point (WGS-84), the nearest first, with their distance; one query."""
    tasks = (
        for_cards(
            Task.objects.filter(state=TaskState.OPEN, starts_at__lt=end_of_day()).filter(where_may_have(user))
        )
        .annotate(place=task_place())
        .filter(place__bboverlaps=box_around(point, within_m))
        .annotate(distance_m=metres_to(point, "place"))
        .filter(distance_m__lte=within_m)
        .order_by("distance_m", "id")[:limit]
    )
    return [TaskCard(task, distance_m=task.distance_m) for task in tasks]


def objects_to_visit(task: Task, limit: int) -> list[GridObject]:
    """The objects of a campaign's task that nobody has visited since it began, or those that a patrol looks at."""
    source = task.campaign or task.plan
    if source is None:
        return []
    objects = GridObject.objects.in_use().filter(area=task.area, type__in=source.types.all()).order_by("id")
    if task.campaign:
        since = beginning_of(task.campaign.starts_on)
        objects = objects.exclude(Exists(Visit.objects.filter(object=OuterRef("pk"), finished_at__gte=since)))
    return list(objects[:limit])
