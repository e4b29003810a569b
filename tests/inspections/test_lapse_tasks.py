"""Grabbed tasks that are not begun in time go back."""

from datetime import timedelta

import pytest

from gridgov import clock
from inspections.models import TaskState
from inspections.services.tasks import begin_task, grab_task, lapse_tasks
from tests.inspection_factories import make_task
from tests.racing import race

pytestmark = pytest.mark.django_db


def after(minutes):
    return clock.at(clock.now() + timedelta(minutes=minutes))


def test_it_goes_back_after_half_an_hour_and_who_had_it_is_told(cast):
    task = grab_task(make_task(cast.city.grid).pk, actor=cast.inspector)
    with after(29):
        assert lapse_tasks() == 0
    with after(31):
        assert lapse_tasks() == 1
        assert lapse_tasks() == 0
    task.refresh_from_db()
    assert (task.state, task.assignee, task.begin_by) == (TaskState.OPEN, None, None)
    assert cast.inspector.notices.get().event == "task_lapsed"
    assert task.events.get(action="lapse").actor is None


def test_what_was_begun_or_assigned_by_a_leader_stays(cast):
    begin_task(grab_task(make_task(cast.city.grid).pk, actor=cast.inspector).pk, actor=cast.inspector)
    make_task(cast.city.grid, assignee=cast.inspector)
    with after(120):
        assert lapse_tasks() == 0


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_let_each_go_back_once(cast):
    for _ in range(5):
        grab_task(make_task(cast.city.grid).pk, actor=cast.inspector)
    late = clock.now() + timedelta(hours=1)

    def run():
        with clock.at(late):
            return lapse_tasks()

    assert sum(race(run, run, run)) == 5


def test_who_presses_begin_too_late_sees_how_it_stands(client, cast):
    task = grab_task(make_task(cast.city.grid).pk, actor=cast.inspector)
    with clock.at(task.begin_by):
        lapse_tasks()
        client.force_login(cast.inspector)
        response = client.post(f"/m/tasks/{task.pk}/begin/", headers={"Accept-Language": "en"})
    assert response.status_code == 409
    assert "This is how it stands now." in response.content.decode()
    assert response.context["step"] == "grab"
