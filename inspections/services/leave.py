"""The tasks of those who are away go to those who stand in for them."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db import transaction

from gridgov import clock
from grids.models import Post, Role, User
from grids.services.leave import Deputies
from grids.services.leave import set_leave as set_leave_of
from inspections.models import Task, TaskAction, TaskState
from inspections.notices import people_at, tell, tell_of_tasks_of
from inspections.permissions import may_have
from inspections.services.tasks import take_task_step
from inspections.task_flow import find_task_step
from inspections.times import beginning_of


@transaction.atomic
def set_leave(person: User, *, actor: User, first: date, last: date, deputies: Deputies) -> list[Post]:
    """Let somebody be away, see `grids.services.leave.set_leave`; from today, their tasks go over at once."""
    posts = set_leave_of(person, actor=actor, first=first, last=last, deputies=deputies)
    if first == clock.today():
        hand_over_tasks()
    return posts


@transaction.atomic
def hand_over_tasks() -> int:
    """Give what somebody who is away has in hand, and would be due before they are back, to who stands in there.

    What the deputy may not have, for lack of a skill or as the unit's own (查办分离), is open to be grabbed. Returns how
    many went over; a second run finds none. May run in two places at once.
    """
    stand_ins = list(
        Post.objects.current().stand_ins().select_related("user", "area", "deputy_of__user").order_by("pk")
    )
    given: Counter[tuple[User, User]] = Counter()
    for post in stand_ins:
        if post.role in (Role.INSPECTOR, Role.GRID_LEADER):
            away = post.away
            given[away, post.user] += sum(_hand_over(task, post.user) for task in _tasks_of(away, post))
    for (away, deputy), number in given.items():
        if number:
            tell_of_tasks_of(away, deputy, number)
    return given.total()


def _tasks_of(person: User, post: Post) -> list[Task]:
    return list(
        Task.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(
            assignee=person,
            state__in=[TaskState.ASSIGNED, TaskState.BEGUN],
            area__path__startswith=post.area.path,
            due_at__lt=_back_at(post),
        )
        .select_related("area", "case", "assignee")
        .order_by("pk")
    )


def _back_at(post: Post) -> datetime:
    """The end of the first day on which the person is back: what is due later they can still do themselves."""
    assert post.valid_to is not None
    return beginning_of(post.valid_to + timedelta(days=2))


def _hand_over(task: Task, deputy: User) -> bool:
    """Whether the task is the deputy's now; otherwise it is open, and whoever leads there is told."""
    had = task.assignee
    assert had is not None
    goes = may_have(deputy, task)
    step = find_task_step(task.state, TaskAction.ASSIGN if goes else TaskAction.PUT_BACK)
    assert step is not None
    take_task_step(task, step, actor=None, assignee=deputy if goes else None, note=str(had))
    if not goes:
        tell(task, "task_put_back", people_at(task.area, Role.GRID_LEADER), who=str(had), note="")
    return goes
