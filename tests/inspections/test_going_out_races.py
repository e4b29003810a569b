"""A visit that arrives while its task moves on, and clocks that follow cases twice at once."""

import pytest

from cases.services import refuse_case
from gridgov.errors import StepNotAllowed
from inspections.models import ChecklistItem, Finding, FindingState, Task, TaskEvent, TaskState, Visit
from inspections.services.findings import follow_cases
from inspections.services.tasks import assign_task, cancel_task, put_back_task
from inspections.services.visits import Given
from inspections.tasks import keep_tasks
from tests.inspection_factories import make_checklist, make_task, make_visit, photo_ahead
from tests.racing import race
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db(transaction=True)
TRIES = 3

# What the leader does with the task meanwhile, and how the task stands if that came first.
MEANWHILE = {
    "assign": (
        lambda pk, cast: assign_task(pk, actor=cast.grid_leader, assignee=cast.grid_leader),
        TaskState.ASSIGNED,
    ),
    "put back": (lambda pk, cast: put_back_task(pk, actor=cast.grid_leader), TaskState.DONE),
    "cancel": (
        lambda pk, cast: cancel_task(pk, actor=cast.grid_leader, reason="不需要了"),
        TaskState.CANCELLED,
    ),
}


@pytest.fixture
def shop(cast):
    """A shop that is asked one item."""
    shop = make_object(cast.city.grid, make_type())
    make_checklist([shop.type], [{"case_class": cast.city.case_class}])
    return shop


@pytest.mark.parametrize("deed", MEANWHILE)
def test_a_visit_that_arrives_as_its_task_moves_on_is_kept_and_each_comes_whole(cast, shop, deed):
    do, state = MEANWHILE[deed]
    for _ in range(TRIES):
        task = make_task(cast.city.grid, object=shop, state="assigned", assignee=cast.inspector)
        visit, moved = race(
            lambda pk=task.pk: make_visit(cast.inspector, shop, task_id=pk), lambda pk=task.pk: do(pk, cast)
        )
        assert isinstance(visit, Visit), visit
        task.refresh_from_db()
        if isinstance(moved, Task):
            # The leader was first. What is open is done by the visit all the same; else the visit says what it found.
            assert task.state == state
            assert visit.task_moved_on == (deed != "put back")
        else:
            assert isinstance(moved, StepNotAllowed), moved
            assert (visit.task_moved_on, task.state) == (False, TaskState.DONE)
        steps = TaskEvent.objects.filter(task=task).order_by("seq").values_list("seq", flat=True)
        assert list(steps) == list(range(2, 2 + len(steps)))
        assert task.version == 1 + len(steps)


@pytest.fixture
def findings(cast, shop):
    """Three findings whose cases were refused, and nobody has looked yet."""
    item = ChecklistItem.objects.get().pk
    for colour in ("red", "green", "blue"):
        there = make_object(cast.city.grid, shop.type)
        given = Given(item, "abnormal", photos=[photo_ahead(cast.inspector, colour)])
        make_visit(cast.inspector, there, given)
    for finding in Finding.objects.all():
        refuse_case(finding.case_id, actor=cast.operator, reason="不属于受理范围")
    return Finding.objects.order_by("pk")


def test_two_clocks_that_follow_cases_carry_each_over_once(findings):
    assert sorted(race(follow_cases, follow_cases)) == [0, 3]
    assert set(findings.values_list("state", flat=True)) == {FindingState.DROPPED}


def test_two_clocks_that_keep_tasks_make_nothing_twice(findings):
    race(keep_tasks, keep_tasks, keep_tasks)
    tasks = list(Task.objects.values_list("kind", "object", "case"))
    assert len(tasks) == len(set(tasks))


def test_visits_that_write_into_the_same_cases_in_another_order_never_wait_for_each_other(cast, shop):
    make_checklist([shop.type], [{"case_class": cast.city.case_class}], code="second")
    items = list(ChecklistItem.objects.order_by("pk").values_list("pk", flat=True))
    shops = [shop, make_object(cast.city.grid, shop.type)]
    for there in shops:
        make_visit(cast.inspector, there, *abnormal(cast, items))
    # As when one case was merged into the other, for each item.
    for item in items:
        same = Finding.objects.filter(answer__item=item)
        same.update(case=same.earliest("pk").case)
    for _ in range(TRIES):
        orders = zip(shops, (items, items[::-1]), strict=True)
        given = [(there, abnormal(cast, order)) for there, order in orders]
        found = race(
            *[lambda a=there, b=answers: make_visit(cast.inspector, a, *b) for there, answers in given]
        )
        assert all(isinstance(one, Visit) for one in found), found


def abnormal(cast, items):
    return [Given(item, "abnormal", photos=[photo_ahead(cast.inspector)]) for item in items]
