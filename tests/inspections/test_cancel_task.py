"""Calling a task off."""

import pytest

from inspections.models import TaskState
from tests.inspection_factories import make_task

pytestmark = pytest.mark.django_db


def test_the_leader_cancels_with_a_reason_that_the_holder_hears(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    client.force_login(cast.grid_leader)
    client.post(f"/m/tasks/{task.pk}/cancel/", {"reason": "台风停工"})
    task.refresh_from_db()
    assert task.state == TaskState.CANCELLED
    assert cast.inspector.notices.get().params["note"] == "台风停工"


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_cancelled(client, cast, reason):
    task = make_task(cast.city.grid)
    client.force_login(cast.grid_leader)
    assert client.post(f"/m/tasks/{task.pk}/cancel/", {"reason": reason}).status_code == 422
    task.refresh_from_db()
    assert task.state == TaskState.OPEN


def test_what_is_over_is_not_cancelled_any_more(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector, state="done")
    client.force_login(cast.grid_leader)
    assert client.post(f"/m/tasks/{task.pk}/cancel/", {"reason": "晚了"}).status_code == 409
