"""Checks and verifications: the tasks that follow from cases."""

from datetime import timedelta

import pytest

from cases import services as cases
from cases.models import Case
from cases.workflow import Status
from gridgov.errors import NotPermitted
from inspections.models import Task, TaskKind, TaskState
from inspections.permissions import available_task_actions, may_have
from inspections.services.errands import end_case_tasks, follow_case_times, make_case_tasks
from inspections.services.tasks import grab_task
from tests.case_factories import case_in, stored
from tests.factories import make_post
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "kind"), [(Status.CHECKING, TaskKind.CHECK), (Status.HANDLED, TaskKind.VERIFICATION)]
)
def test_a_case_that_waits_for_a_look_has_one_open_task(cast, status, kind):
    case = case_in(status, cast)
    assert make_case_tasks() == 1
    assert make_case_tasks() == 0
    task = Task.objects.get()
    assert (task.kind, task.case, task.area, task.state) == (kind, case, case.grid, TaskState.OPEN)
    assert (task.due_at, task.title) == (case.stage_due_at, str(case.case_class))


@pytest.mark.parametrize("status", [Status.REPORTED, Status.HANDLING, Status.CLOSED])
def test_other_cases_have_none(cast, status):
    case_in(status, cast)
    assert make_case_tasks() == 0


def test_who_handles_may_not_grab_the_look_at_it(cast):
    case_in(Status.HANDLED, cast)
    make_case_tasks()
    task = Task.objects.get()
    assert may_have(cast.inspector, task)
    make_post(cast.grid_leader, "handler", cast.city.team)
    assert not may_have(cast.grid_leader, task)
    assert "grab" not in available_task_actions(cast.grid_leader, task)
    with pytest.raises(NotPermitted):
        grab_task(task.pk, actor=cast.grid_leader)


def test_it_is_done_when_the_same_person_moves_the_case_on(cast):
    case = case_in(Status.HANDLED, cast)
    make_case_tasks()
    task = grab_task(Task.objects.get().pk, actor=cast.grid_leader)
    assert end_case_tasks() == 0
    cases.verify_case(case.pk, actor=cast.grid_leader, passed=True, photos=stored(cast.grid_leader))
    assert end_case_tasks() == 1
    task.refresh_from_db()
    assert (task.state, task.assignee) == (TaskState.DONE, cast.grid_leader)


def test_it_is_cancelled_when_somebody_else_does_and_its_holder_is_told(cast):
    case = case_in(Status.HANDLED, cast)
    make_case_tasks()
    task = grab_task(Task.objects.get().pk, actor=cast.inspector)
    cases.verify_case(case.pk, actor=cast.grid_leader, passed=True, photos=stored(cast.grid_leader))
    end_case_tasks()
    task.refresh_from_db()
    assert task.state == TaskState.CANCELLED
    assert cast.inspector.notices.filter(event="task_cancelled").exists()


def test_an_open_one_is_done_by_whoever_did_it(cast):
    case = case_in(Status.CHECKING, cast)
    make_case_tasks()
    cases.answer_check(case.pk, actor=cast.inspector, is_true=True, note="确有此事")
    end_case_tasks()
    task = Task.objects.get()
    assert (task.state, task.assignee) == (TaskState.DONE, cast.inspector)


def test_a_case_that_comes_again_has_a_new_task(cast):
    case = case_in(Status.CHECKING, cast)
    make_case_tasks()
    cases.answer_check(case.pk, actor=cast.inspector, is_true=True, note="确有此事")
    cases.order_check(case.pk, actor=cast.operator, note="再看看")
    end_case_tasks()
    make_case_tasks()
    assert Task.objects.filter(case=case).pending().count() == 1


def test_it_falls_due_when_its_case_does(cast):
    case = case_in(Status.HANDLED, cast)
    make_case_tasks()
    earlier = case.stage_due_at - timedelta(days=2)
    Case.objects.filter(pk=case.pk).update(stage_due_at=earlier)
    assert follow_case_times() == 1
    assert follow_case_times() == 0
    assert Task.objects.get().due_at == earlier


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_each_task_once(cast):
    case_in(Status.HANDLED, cast)
    case_in(Status.CHECKING, cast)
    assert sum(race(*[make_case_tasks] * 4)) == 2
