"""Putting a task back."""

import pytest

from inspections.models import TaskState
from inspections.services.tasks import put_back_task
from tests.inspection_factories import make_task

pytestmark = pytest.mark.django_db


def test_whoever_has_it_puts_it_back_and_the_leader_hears_why(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    client.force_login(cast.inspector)
    client.post(f"/m/tasks/{task.pk}/put-back/", {"note": "车坏了"})
    task.refresh_from_db()
    assert (task.state, task.assignee, task.begin_by) == (TaskState.OPEN, None, None)
    notice = cast.grid_leader.notices.get()
    assert (notice.event, notice.params["note"]) == ("task_put_back", "车坏了")


def test_taken_back_by_the_leader_it_is_told_to_who_had_it(cast):
    task = make_task(cast.city.grid, assignee=cast.inspector, state="begun")
    put_back_task(task.pk, actor=cast.grid_leader)
    assert cast.inspector.notices.get().event == "task_taken_back"
