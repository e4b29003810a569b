"""Who goes out, who leads them and who handles; what they may do with a case is judged in cases."""

from functools import reduce
from operator import or_

from django.db.models import Q, prefetch_related_objects

from cases.models import Case
from cases.permissions import IN_UNIT, can_take_step, where_may_take
from cases.workflow import Action, Status
from grids.models import Area, Post, Role, User
from inspections.models import DiaryEntry, Duty, Task, TaskAction
from inspections.task_flow import TASK_STEPS, Who

# What finishes the task of a case: the step it waits for out there.
JUDGED_BY: dict[str, Action] = {Status.CHECKING: Action.ANSWER_CHECK, Status.HANDLED: Action.VERIFY_PASS}


def can_verify_cases(user: User) -> bool:
    """The finding side: inspectors and grid leaders."""
    return any(post.role in (Role.INSPECTOR, Role.GRID_LEADER) for post in user.current_posts)


def can_handle_cases(user: User) -> bool:
    """Members of units that handle."""
    return any(post.role in IN_UNIT for post in user.current_posts)


# Who calls at objects: those who go out, and officers who come along.
VISITING = {Role.INSPECTOR, Role.GRID_LEADER, *IN_UNIT}


def can_visit_objects(user: User) -> bool:
    return any(post.role in VISITING for post in user.current_posts)


# Tasks

_WALKS = {Role.INSPECTOR, Role.GRID_LEADER}
_LEADS = {Role.GRID_LEADER, Role.SUPERVISOR}


def can_walk(user: User) -> bool:
    """Whoever is out in the grids: goes on duty, gets tasks, writes the diary."""
    return walking_post(user) is not None


def walking_post(user: User) -> Post | None:
    """The post under which the person is out: the first of those that walk."""
    return next((post for post in user.current_posts if post.role in _WALKS), None)


def can_lead(user: User, area: Area | None = None) -> bool:
    """Grid leaders and supervisors: of an area, or of any."""
    return any(
        post.role in _LEADS and (area is None or area.path.startswith(post.area.path))
        for post in user.current_posts
    )


def led_areas(user: User) -> list[Area]:
    """The areas the person leads, the largest first."""
    areas = {post.area_id: post.area for post in user.current_posts if post.role in _LEADS}
    return sorted(areas.values(), key=lambda area: (area.level, area.code))


# Who commands sees where those on duty are; where they walked only who leads them.
_COMMANDS = {Role.DISPATCHER, Role.LEADER}


def watched_areas(user: User) -> list[Area]:
    """The areas whose people on duty the person sees on a map, the largest first."""
    roles = _LEADS | _COMMANDS
    areas = {post.area_id: post.area for post in user.current_posts if post.role in roles}
    return sorted(areas.values(), key=lambda area: (area.level, area.code))


def can_make_campaign(user: User, area: Area) -> bool:
    """Who leads an area, or commands all of it."""
    roles = _LEADS | _COMMANDS
    return user.is_superuser or any(
        post.role in roles and area.path.startswith(post.area.path) for post in user.current_posts
    )


def may_have(user: User, task: Task) -> bool:
    """Whether the task may be this person's: they walk there, have its skill, and may judge its case."""
    return (
        any(post.role in _WALKS and task.area.path.startswith(post.area.path) for post in user.current_posts)
        and (task.skill_id is None or task.skill_id in skills_of(user))
        and (task.case is None or _may_judge(user, task.case))
    )


def skills_of(user: User) -> set[int]:
    """The ids of what the person can do that not everybody can; read once per request."""
    prefetch_related_objects([user], "skills")
    return {skill.pk for skill in user.skills.all()}


def _may_judge(user: User, case: Case) -> bool:
    action = JUDGED_BY.get(case.status)
    return action is not None and can_take_step(user, case, action)


def where_may_have(user: User) -> Q:
    """The filter of the tasks that may be this person's: the rule of `may_have`."""
    places = [Q(area__path__startswith=post.area.path) for post in user.current_posts if post.role in _WALKS]
    judged = Case.objects.filter(
        reduce(or_, (where_may_take(user, action) for action in JUDGED_BY.values()))
    ).order_by()
    return (
        reduce(or_, places, Q(pk__in=[]))
        & (Q(skill=None) | Q(skill__in=skills_of(user)))
        & (Q(case=None) | Q(case__in=judged))
    )


def capacities(user: User, task: Task) -> set[Who]:
    """What the person is to the task."""
    held = set()
    if task.assignee_id == user.pk:
        held.add(Who.ASSIGNEE)
    if can_lead(user, task.area):
        held.add(Who.LEADER)
    if may_have(user, task):
        held.add(Who.FIELD)
    return held


def can_finish_by_hand(task: Task) -> bool:
    """Only what no visit and no step of a case finishes: patrols, orders without an object, places of a campaign."""
    of_objects = task.campaign is not None and task.campaign.places is None
    return task.object_id is None and task.case_id is None and not of_objects


def available_task_actions(user: User, task: Task) -> list[TaskAction]:
    """What this person may do with the task now, in the table's order."""
    held = capacities(user, task)
    return [
        step.action
        for step in TASK_STEPS
        if step.source == task.state
        and step.who & held
        and (step.action is not TaskAction.FINISH or can_finish_by_hand(task))
    ]


def can_see_track(user: User, duty: Duty) -> bool:
    """One's own, and for who leads where its holder walks."""
    return duty.user_id == user.pk or (duty.post is not None and can_lead(user, duty.post.area))


def can_rate_entry(user: User, entry: DiaryEntry) -> bool:
    """Who leads the place; nobody rates their own."""
    return entry.author_id != user.pk and can_lead(user, entry.area)


# Checklists


def can_change_checklists(user: User | None) -> bool:
    """Administrators of checklists; None is a command at the server."""
    return user is None or user.has_perm("inspections.change_checklist")
