"""Beginning a task."""

import pytest

from cases.workflow import Status
from inspections.models import Task, TaskState
from inspections.services.errands import make_case_tasks
from inspections.services.tasks import grab_task
from tests.case_factories import case_in
from tests.inspection_factories import make_task
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db


def begun(client, task):
    response = client.post(f"/m/tasks/{task.pk}/begin/")
    task.refresh_from_db()
    return response.url


def test_from_then_on_it_does_not_go_back(client, cast):
    task = grab_task(make_task(cast.city.grid).pk, actor=cast.inspector)
    client.force_login(cast.inspector)
    assert begun(client, task) == f"/m/tasks/{task.pk}/"
    assert (task.state, task.begin_by) == (TaskState.BEGUN, None)


def test_it_leads_to_where_it_is_worked_on(client, cast):
    shop = make_object(cast.city.grid)
    client.force_login(cast.inspector)
    task = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    assert begun(client, task) == f"/m/visit/?task={task.pk}&object={shop.code}"
    case = case_in(Status.HANDLED, cast)
    make_case_tasks()
    task = grab_task(Task.objects.get(case=case).pk, actor=cast.inspector)
    assert begun(client, task) == f"/m/next/{case.number}/"


def test_nobody_begins_what_another_has(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    client.force_login(cast.grid_leader)
    assert client.post(f"/m/tasks/{task.pk}/begin/").status_code == 403
