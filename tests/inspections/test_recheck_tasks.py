"""Re-checks (复查): they plan themselves after something was put right."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from grids.models import Post
from inspections.models import ChecklistItem, Finding, FindingState, Task, TaskKind, TaskState
from inspections.services.errands import make_recheck_tasks
from inspections.services.findings import follow_cases
from inspections.services.tasks import cancel_task
from inspections.services.visits import Given
from tests.inspection_factories import make_checklist, make_visit, photo_ahead
from tests.inspections.test_follow_cases import close
from tests.racing import race
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(cast):
    """Something abnormal at a shop, settled on the spot."""
    shop = make_object(cast.city.grid, make_type())
    make_checklist([shop.type], [{"may_settle": True, "case_class": cast.city.case_class}])
    return settle(cast, shop)


def settle(cast, shop):
    item = ChecklistItem.objects.get().pk
    photos, after = [photo_ahead(cast.inspector)], [photo_ahead(cast.inspector, "green")]
    make_visit(cast.inspector, shop, Given(item, "abnormal", photos=photos, settled=True, after_photos=after))
    return Finding.objects.latest("pk")


def test_three_days_after_it_was_settled_whoever_found_it_looks_again(cast, found):
    assert make_recheck_tasks() == 1
    task = Task.objects.get()
    assert (task.kind, task.object, task.finding) == (TaskKind.RECHECK, found.object, found)
    assert (task.state, task.assignee, task.begin_by) == (TaskState.ASSIGNED, cast.inspector, None)
    assert timezone.localdate(task.starts_at) == timezone.localdate(found.ended_at) + timedelta(days=3)
    assert f"{task.starts_at.astimezone(ZoneInfo('Asia/Shanghai')):%H:%M}" == "08:30"
    assert task.due_at > task.starts_at
    assert cast.inspector.notices.filter(event="task_recheck").count() == 1


def test_a_second_run_plans_nothing_even_when_a_leader_called_it_off(cast, found):
    make_recheck_tasks()
    cancel_task(Task.objects.get().pk, actor=cast.grid_leader, reason="店已关门")
    assert make_recheck_tasks() == 0


def test_it_is_open_when_the_finder_walks_there_no_longer(cast, found):
    Post.objects.filter(user=cast.inspector).update(valid_to=date(2020, 2, 1))
    make_recheck_tasks()
    assert (Task.objects.get().state, Task.objects.get().assignee) == (TaskState.OPEN, None)


def test_a_closed_case_leads_to_one_too(cast):
    shop = make_object(cast.city.grid, make_type())
    make_checklist([shop.type], [{"case_class": cast.city.case_class}])
    item = ChecklistItem.objects.get().pk
    make_visit(cast.inspector, shop, Given(item, "abnormal", photos=[photo_ahead(cast.inspector)]))
    assert make_recheck_tasks() == 0
    close(Finding.objects.get().case, cast)
    follow_cases()
    assert Finding.objects.get().state == FindingState.SOLVED
    assert make_recheck_tasks() == 1


def test_the_re_check_that_finds_it_in_order_finishes_the_task_and_confirms_the_finding(cast, found):
    make_recheck_tasks()
    task = Task.objects.get()
    visit = make_visit(cast.inspector, found.object, task_id=task.pk)
    task.refresh_from_db()
    found.refresh_from_db()
    assert (task.state, found.confirmed_by, visit.task_moved_on) == (TaskState.DONE, visit, False)
    assert make_recheck_tasks() == 0


def test_what_is_confirmed_already_needs_none(cast, found):
    make_visit(cast.inspector, found.object)
    assert make_recheck_tasks() == 0


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_plan_one(cast, found):
    assert sum(race(*[make_recheck_tasks] * 4)) == 1
