"""Giving a task to somebody."""

import pytest

from inspections.models import TaskState
from inspections.services.tasks import assign_task, begin_task, grab_task
from tests.factories import make_post, make_user
from tests.inspection_factories import make_task
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(cast):
    colleague = make_user("colleague")
    make_post(colleague, "inspector", cast.city.community_centre, area=cast.city.grid)
    return colleague


def test_the_leader_gives_an_open_task_to_somebody_who_is_told(client, cast):
    task = make_task(cast.city.grid)
    client.force_login(cast.grid_leader)
    response = client.post(
        f"/m/tasks/{task.pk}/assign/", {"assignee": cast.inspector.pk, "next": "/m/board/"}
    )
    assert response.url == "/m/board/"
    task.refresh_from_db()
    assert (task.state, task.assignee, task.begin_by) == (TaskState.ASSIGNED, cast.inspector, None)
    assert cast.inspector.notices.get().event == "task_assigned"


def test_a_task_in_hand_given_to_another_is_told_to_both(cast, colleague):
    task = grab_task(make_task(cast.city.grid).pk, actor=cast.inspector)
    begin_task(task.pk, actor=cast.inspector)
    task = assign_task(task.pk, actor=cast.supervisor, assignee=colleague, note="你更近")
    assert (task.state, task.assignee, task.begin_by) == (TaskState.ASSIGNED, colleague, None)
    assert cast.inspector.notices.get().event == "task_reassigned"
    assert colleague.notices.get().event == "task_assigned"


def test_the_same_person_again_changes_nothing(cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    assign_task(task.pk, actor=cast.grid_leader, assignee=cast.inspector)
    assert not task.events.exists()
    assert not cast.inspector.notices.exists()


def test_somebody_without_a_post_there_is_refused_in_words(client, cast):
    task = make_task(cast.city.grid)
    client.force_login(cast.grid_leader)
    response = client.post(f"/m/tasks/{task.pk}/assign/", {"assignee": cast.operator.pk, "note": "请去"})
    assert response.status_code == 422
    assert "请去" in response.content.decode()
    task.refresh_from_db()
    assert task.state == TaskState.OPEN


def test_an_inspector_assigns_nothing(client, cast):
    task = make_task(cast.city.grid)
    client.force_login(cast.inspector)
    assert client.post(f"/m/tasks/{task.pk}/assign/", {"assignee": cast.inspector.pk}).status_code == 403


def test_the_api_assigns_by_user_name(client, cast):
    task = make_task(cast.city.grid)
    client.force_login(cast.grid_leader)
    answer = client.post(
        f"/api/v1/tasks/{task.pk}/assign/", {"assignee": "inspector"}, content_type="application/json"
    )
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["assignee"]) == ("assigned", "inspector")


@pytest.mark.django_db(transaction=True)
def test_two_leaders_at_once_leave_one_holder_and_two_rows(cast, colleague):
    task = make_task(cast.city.grid)
    race(
        lambda: assign_task(task.pk, actor=cast.grid_leader, assignee=cast.inspector),
        lambda: assign_task(task.pk, actor=cast.supervisor, assignee=colleague),
    )
    task.refresh_from_db()
    assert task.assignee in (cast.inspector, colleague)
    assert list(task.events.values_list("seq", flat=True)) == [2, 3]
