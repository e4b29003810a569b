"""Grabbing an open task (抢单)."""

from datetime import timedelta

import pytest

from gridgov import clock
from gridgov.errors import AlreadyTaken
from inspections.models import Skill, Task, TaskEvent, TaskState
from inspections.services.tasks import grab_task
from tests.factories import make_post, make_user
from tests.inspection_factories import make_task
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(cast):
    colleague = make_user("colleague", display_name="演示同事")
    make_post(colleague, "inspector", cast.city.community_centre, area=cast.city.grid)
    return colleague


def test_it_is_theirs_and_must_be_begun_within_half_an_hour(client, cast):
    task = make_task(cast.city.grid)
    client.force_login(cast.inspector)
    assert client.post(f"/m/tasks/{task.pk}/grab/").status_code == 302
    task.refresh_from_db()
    assert (task.state, task.assignee) == (TaskState.ASSIGNED, cast.inspector)
    assert timedelta(minutes=29) < task.begin_by - clock.now() <= timedelta(minutes=30)


def test_what_begins_later_may_be_begun_then(cast, settings):
    settings.TASK_BEGIN_MINUTES = 10
    later = clock.now() + timedelta(hours=2)
    task = grab_task(
        make_task(cast.city.grid, starts_at=later, due_at=later + timedelta(hours=1)).pk, actor=cast.inspector
    )
    assert task.begin_by == later + timedelta(minutes=10)


def test_who_comes_second_is_told_who_has_it(client, cast, colleague):
    task = make_task(cast.city.grid)
    grab_task(task.pk, actor=colleague)
    client.force_login(cast.inspector)
    response = client.post(f"/m/tasks/{task.pk}/grab/", headers={"Accept-Language": "en"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "演示同事 has already taken this." in page
    # On the task's own page, with the way back, and nothing to grab any more.
    assert response.context["task"] == task
    assert "/grab/" not in page
    answer = client.post(f"/api/v1/tasks/{task.pk}/grab/")
    assert answer.json()["errors"][0]["code"] == "already_taken"
    assert "演示同事" in answer.json()["errors"][0]["detail"]


def test_strangers_find_no_such_task(client, cast):
    task = make_task(cast.city.grid)
    for person in (cast.stranger, cast.citizen):
        client.force_login(person)
        assert client.post(f"/m/tasks/{task.pk}/grab/").status_code == 404


def test_without_the_skill_it_is_not_theirs_to_grab(client, cast):
    task = make_task(cast.city.grid, skill=Skill.objects.create(name="燃气"))
    client.force_login(cast.inspector)
    assert client.post(f"/m/tasks/{task.pk}/grab/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_two_who_grab_at_once_one_gets_it_and_the_other_is_told_who(cast, colleague):
    task = make_task(cast.city.grid)
    found = race(
        lambda: grab_task(task.pk, actor=cast.inspector), lambda: grab_task(task.pk, actor=colleague)
    )
    winner = next(one.assignee for one in found if isinstance(one, Task))
    loser = next(one for one in found if isinstance(one, AlreadyTaken))
    assert str(winner) in str(loser.message)
    task.refresh_from_db()
    assert task.assignee == winner
    assert TaskEvent.objects.filter(task=task).count() == 1
