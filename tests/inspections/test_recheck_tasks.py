"""Re-checks (复查): they plan themselves after something was put right."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cases.models import Case
from cases.services import refuse_case, report_case, report_settled_case
from gridgov import clock
from gridgov.evidence import stored_photos
from grids.models import Post
from inspections.models import ChecklistItem, Finding, FindingState, Task, TaskKind, TaskState
from inspections.services.errands import make_recheck_tasks
from inspections.services.findings import follow_cases
from inspections.services.tasks import cancel_task
from inspections.services.visits import Given
from tests.case_factories import jpeg
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


def about(cast, shop):
    """A case about an object that no visit raised."""
    return report_case(
        actor=cast.inspector, object=shop, case_class=cast.city.case_class, condition=cast.city.condition
    )


@pytest.fixture
def shop(cast):
    return make_object(cast.city.grid, make_type())


def test_a_closed_case_about_an_object_leads_to_one_without_any_finding(cast, shop):
    case = about(cast, shop)
    assert make_recheck_tasks() == 0
    close(case, cast)
    assert make_recheck_tasks() == 1
    assert make_recheck_tasks() == 0
    task, case = Task.objects.get(), Case.objects.get()
    assert (task.kind, task.object, task.finding, task.case) == (TaskKind.RECHECK, shop, None, None)
    assert (task.state, task.assignee, task.title) == (TaskState.ASSIGNED, cast.inspector, "路灯")
    assert timezone.localdate(task.starts_at) == timezone.localdate(case.closed_at) + timedelta(days=3)


def test_one_that_was_settled_on_the_spot_leads_to_one_too(cast, shop, settings):
    settings.SETTLED_SAMPLE_EVERY = 0
    with stored_photos([jpeg()], actor=cast.inspector) as photos:
        report_settled_case(actor=cast.inspector, object=shop, description="占道", after_photos=photos)
    assert make_recheck_tasks() == 1


def test_two_cases_about_one_object_are_looked_at_together(cast, shop):
    for _ in range(2):
        close(about(cast, shop), cast)
    assert make_recheck_tasks() == 1
    task = Task.objects.get()
    make_checklist([shop.type], [{}])
    make_visit(cast.inspector, shop, task_id=task.pk)
    task.refresh_from_db()
    assert task.state == TaskState.DONE
    assert make_recheck_tasks() == 0


def test_what_was_looked_at_after_another_case_was_closed_needs_no_second_look(cast, shop):
    make_checklist([shop.type], [{}])
    close(about(cast, shop), cast)
    make_recheck_tasks()
    close(about(cast, shop), cast)
    make_visit(cast.inspector, shop, task_id=Task.objects.get(kind="recheck").pk)
    assert make_recheck_tasks() == 0
    close(about(cast, shop), cast)
    assert make_recheck_tasks() == 1


def test_a_case_that_was_refused_one_of_long_ago_and_a_closed_shop_need_none(cast, shop):
    refuse_case(about(cast, shop).pk, actor=cast.operator, reason="不属于受理范围")
    assert make_recheck_tasks() == 0
    case = about(cast, shop)
    close(case, cast)
    Case.objects.filter(pk=case.pk).update(closed_at=clock.now() - timedelta(days=60))
    assert make_recheck_tasks() == 0
    Case.objects.filter(pk=case.pk).update(closed_at=clock.now())
    shop.__class__.objects.filter(pk=shop.pk).update(state="closed")
    assert make_recheck_tasks() == 0


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_plan_one_for_a_closed_case(cast, shop):
    close(about(cast, shop), cast)
    assert sum(race(*[make_recheck_tasks] * 4)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_plan_one(cast, found):
    assert sum(race(*[make_recheck_tasks] * 4)) == 1
