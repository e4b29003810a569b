"""Every role, action and state: allowed exactly where the table of steps says."""

import pytest

from gridgov.errors import DomainError
from inspections.models import Skill, Task, TaskAction, TaskEvent, TaskState
from inspections.permissions import available_task_actions, capacities
from inspections.services import tasks as services
from inspections.task_flow import TASK_STEPS, Who
from tests.factories import make_post, make_user
from tests.inspection_factories import make_task

pytestmark = pytest.mark.django_db

BY_HAND = [
    action for action in TaskAction if action not in (TaskAction.MAKE, TaskAction.LAPSE, TaskAction.BESIDE)
]
# What each of the cast is to a task in the first grid that the inspector has in hand.
ROLES = {
    "inspector": {Who.ASSIGNEE, Who.FIELD},
    "colleague": {Who.FIELD},
    "grid_leader": {Who.LEADER, Who.FIELD},
    "supervisor": {Who.LEADER},
    "operator": set(),
    "dispatcher": set(),
    "leader": set(),
    "handler": set(),
    "officer": set(),
    "citizen": set(),
    "stranger": set(),
    "neighbour": set(),
    "volunteer": set(),
    "administrator": set(),
}


@pytest.fixture
def people(cast):
    """The cast, a second inspector of the first grid, and one of the other grid."""
    people = {name: getattr(cast, name) for name in ROLES if hasattr(cast, name)}
    for name, grid in (("colleague", cast.city.grid), ("neighbour", cast.city.other_grid)):
        people[name] = make_user(name)
        make_post(people[name], "inspector", cast.city.community_centre, area=grid)
    people["volunteer"] = make_user("volunteer")
    make_post(people["volunteer"], "volunteer", cast.city.community_centre, area=cast.city.grid)
    people["administrator"] = make_user("administrator", is_staff=True, is_superuser=True)
    return people


def task_in(state, cast):
    assignee = None if state == TaskState.OPEN else cast.inspector
    return make_task(cast.city.grid, state=state, assignee=assignee)


def take(action, task, person, cast):
    service = getattr(services, f"{action}_task")
    more = {"assign": {"assignee": cast.grid_leader}, "cancel": {"reason": "不需要了"}}
    return service(task.pk, actor=person, **more.get(action, {}))


def expected(state, action, held):
    return any(step.source == state and step.action == action and step.who & held for step in TASK_STEPS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", TaskState)
def test_each_person_may_do_exactly_what_the_table_says(cast, people, role, state):
    task = task_in(state, cast)
    held = ROLES[role] - ({Who.ASSIGNEE} if state == TaskState.OPEN else set())
    person = people[role]
    assert capacities(person, task) == held
    assert set(available_task_actions(person, task)) == {
        action for action in TaskAction if expected(state, action, held)
    }


@pytest.mark.parametrize("action", BY_HAND)
@pytest.mark.parametrize("state", TaskState)
def test_the_services_obey_the_same_table_and_leave_one_row_each(cast, people, state, action):
    for role, person in people.items():
        task = task_in(state, cast)
        held = ROLES[role] - ({Who.ASSIGNEE} if state == TaskState.OPEN else set())
        if expected(state, action, held):
            take(action, task, person, cast)
            event = TaskEvent.objects.get(task=task)
            assert (event.action, event.actor, event.seq) == (action, person, 2)
        else:
            with pytest.raises(DomainError):
                take(action, task, person, cast)
            task.refresh_from_db()
            assert task.state == state
            assert not TaskEvent.objects.filter(task=task).exists()


def test_every_step_is_of_states_and_actions_that_exist_once():
    keys = [(step.source, step.action) for step in TASK_STEPS]
    assert len(keys) == len(set(keys))
    assert {action for _state, action in keys} == set(TaskAction) - {TaskAction.MAKE, TaskAction.BESIDE}


def test_a_skill_is_needed_to_grab_and_to_be_given(cast, people):
    task = make_task(cast.city.grid, skill=Skill.objects.create(name="燃气"))
    assert TaskAction.GRAB not in available_task_actions(people["colleague"], task)
    task.skill.people.add(people["colleague"])
    fresh = type(people["colleague"]).objects.get(pk=people["colleague"].pk)
    assert TaskAction.GRAB in available_task_actions(fresh, task)


def test_the_story_of_a_task_can_not_be_changed(cast):
    from django.db import Error, transaction

    services.grab_task(make_task(cast.city.grid).pk, actor=cast.inspector)
    with pytest.raises(Error), transaction.atomic():
        TaskEvent.objects.update(note="x")
    assert Task.objects.get().version == 2
