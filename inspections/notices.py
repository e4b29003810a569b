"""Who hears of what happens to a task."""

from collections.abc import Collection, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gridgov.models import NoticeKind
from gridgov.outbox import register_subject, register_texts, send_notices
from grids.models import Area, Post, Role, User
from inspections.models import Task, Visit

register_texts(
    {
        "task_assigned": _("%(title)s: a task for you, until %(due_at)s"),
        "task_urgent": _("%(title)s: urgent and open, whoever is near take it. Until %(due_at)s"),
        "task_reassigned": _("%(title)s: no longer with you, %(who)s does it now"),
        "task_put_back": _("%(title)s: %(who)s has put it back, it is open. %(note)s"),
        "task_taken_back": _("%(title)s: taken back from you, it is open. %(note)s"),
        "task_recheck": _("%(title)s: to be looked at again from %(starts_at)s"),
        "task_lapsed": _("%(title)s: not begun in time, it is open to others again"),
        "task_done": _("%(title)s: done by %(who)s. %(note)s"),
        "visit_beside_task": _(
            "%(title)s: %(who)s was there too, after it had gone to somebody else or was over"
        ),
        "leave_tasks": _("Tasks of %(who)s that are yours now, while you stand in: %(number)s"),
        "task_cancelled": _("%(title)s: cancelled, nothing is left to do. %(note)s"),
    },
    kind=NoticeKind.GOING_OUT,
)


def tasks_in_words(ids: Collection[int]) -> dict[int, str]:
    """The places of tasks, for whoever was told of them: of a private home its code; one query."""
    places = ("area__name", "object__code", "object__name", "object__type__is_private")
    found = Task.objects.filter(pk__in=ids).order_by().select_related("area", "object__type").only(*places)
    return {task.pk: task.object.public_name if task.object else task.area.name for task in found}


register_subject("task", tasks_in_words)


def tell(task: Task, event: str, people: Iterable[User], **params: Any) -> None:
    """Tell people of a task, within the transaction of what happened to it."""
    send_notices(
        people,
        event,
        params={"title": task.title, **params},
        url=reverse("inspections:task_detail", args=[task.pk]),
        subject=f"task:{task.pk}",
        urgent=task.is_urgent,
    )


def tell_of_tasks_of(person: User, deputy: User, number: int) -> None:
    """Tell who stands in for somebody how many of their tasks come along."""
    send_notices(
        [deputy],
        "leave_tasks",
        params={"who": str(person), "number": number},
        url=reverse("inspections:today"),
    )


def tell_of_visit(visit: Visit, task: Task) -> None:
    """Tell who leads there what somebody did for a task that was no longer theirs; a visit that comes in late too."""
    send_notices(
        set(people_at(visit.area, Role.GRID_LEADER)) - {visit.inspector},
        "visit_beside_task",
        params={"title": task.title, "who": str(visit.inspector)},
        url=reverse("inspections:visit_detail", args=[visit.pk]),
        subject=f"task:{task.pk}",
    )


def people_at(area: Area, *roles: Role) -> list[User]:
    """Who holds one of the roles over the area or one above it; one query."""
    posts = Post.objects.current().filter(role__in=roles, area__code__in=area.ancestor_codes)
    return list(User.objects.filter(pk__in=posts.order_by().values("user")))
