"""One visit replaces many: what it does besides the task it was made for."""

from datetime import timedelta

import pytest

from gridgov import clock
from gridgov.models import Notice
from inspections.models import ChecklistItem, Task, TaskKind
from inspections.services.errands import make_recheck_tasks
from inspections.services.visits import Given
from tests.inspection_factories import make_checklist, make_task, make_visit, photo_ahead
from tests.registry_factories import make_object, make_type


@pytest.fixture
def shop(cast):
    shop = make_object(cast.city.grid, make_type(), name="演示商铺")
    make_checklist([shop.type], [{"may_settle": True}, {"may_settle": True}])
    return shop


@pytest.fixture
def items(shop):
    return list(ChecklistItem.objects.order_by("order").values_list("pk", flat=True))


def settle(person, shop, *items):
    made = {"settled": True, "photos": [photo_ahead(person)]}
    return make_visit(
        person,
        shop,
        *(Given(item, "abnormal", after_photos=[photo_ahead(person, "green")], **made) for item in items),
    )


def rechecks():
    return list(Task.objects.filter(kind=TaskKind.RECHECK).order_by("pk").values_list("state", "assignee"))


def test_a_recheck_is_done_by_whatever_visit_confirms_its_finding_and_who_had_it_is_told(cast, shop, items):
    settle(cast.inspector, shop, items[0])
    make_recheck_tasks()
    assert rechecks() == [("assigned", cast.inspector.pk)]
    make_visit(cast.grid_leader, shop)
    assert rechecks() == [("done", cast.grid_leader.pk)]
    assert Notice.objects.filter(recipient=cast.inspector, event="task_done").count() == 1


def test_what_was_not_looked_at_or_is_abnormal_to_somebody_else_is_left(cast, shop, items):
    settle(cast.inspector, shop, items[0])
    make_recheck_tasks()
    make_visit(cast.grid_leader, shop, Given(items[1], "normal"))
    make_visit(cast.grid_leader, shop, Given(items[0], "abnormal", photos=[photo_ahead(cast.grid_leader)]))
    make_visit(cast.inspector, shop, Given(items[0], "not_applicable"))
    assert rechecks() == [("assigned", cast.inspector.pk)]


def test_one_s_own_recheck_is_done_also_where_it_is_still_abnormal(cast, shop, items):
    settle(cast.inspector, shop, items[0])
    make_recheck_tasks()
    make_visit(cast.inspector, shop, Given(items[0], "abnormal", photos=[photo_ahead(cast.inspector)]))
    assert rechecks() == [("done", cast.inspector.pk)]


def test_of_two_orders_at_one_object_a_visit_does_both_but_not_what_is_for_later_or_others(cast, shop):
    named, too = (make_task(cast.city.grid, object=shop, assignee=cast.inspector) for _ in range(2))
    now = clock.now()
    left = [
        make_task(cast.city.grid, object=shop),
        make_task(cast.city.grid, object=shop, assignee=cast.grid_leader),
        make_task(cast.city.grid, object=make_object(cast.city.grid), assignee=cast.inspector),
        make_task(
            cast.city.grid, object=shop, assignee=cast.inspector,
            starts_at=now + timedelta(days=1), due_at=now + timedelta(days=2),
        ),
    ]  # fmt: skip
    make_visit(cast.inspector, shop, task_id=named.pk)
    assert set(Task.objects.filter(state="done")) == {named, too}
    assert set(Task.objects.pending()) == set(left)


def test_one_s_own_recheck_after_a_case_is_done_but_not_one_of_later_or_others(cast, shop):
    recheck = {"kind": TaskKind.RECHECK, "object": shop}
    own = make_task(cast.city.grid, assignee=cast.inspector, **recheck)
    make_visit(cast.inspector, shop)
    own.refresh_from_db()
    assert own.state == "done"
    later = make_task(
        cast.city.grid, assignee=cast.inspector, made_at=clock.now() + timedelta(hours=1), **recheck
    )
    make_visit(cast.inspector, shop)
    make_visit(cast.grid_leader, shop)
    later.refresh_from_db()
    assert later.state == "assigned"
