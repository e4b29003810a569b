"""Redrawn grids: tasks go where their objects went, what was for a grid that is no more ends."""

from datetime import timedelta

import pytest

from gridgov import clock
from gridgov.models import Notice
from grids.services.areas import retire_area
from grids.services.registry import change_object
from inspections.models import PatrolPlan, Task
from inspections.services.errands import follow_places
from inspections.services.plans import end_missed_patrols
from inspections.tasks import keep_tasks
from tests.factories import inside
from tests.inspection_factories import make_task
from tests.inspections.test_campaign_tasks import make_campaign
from tests.registry_factories import make_object


@pytest.fixture
def shop(cast):
    return make_object(cast.city.grid)


def move(shop, area):
    change_object(shop.pk, actor=None, point=inside(area))


def test_a_task_lies_where_its_object_was_moved_and_is_seen_there(cast, shop):
    task, stays = make_task(cast.city.grid, object=shop), make_task(cast.city.grid)
    move(shop, cast.city.other_grid)
    keep_tasks()
    task.refresh_from_db()
    stays.refresh_from_db()
    assert (task.area, task.version, stays.area) == (cast.city.other_grid, 1, cast.city.grid)
    assert follow_places() == 0


def test_a_retired_grids_tasks_come_into_what_lies_around_it(cast, shop):
    task = make_task(cast.city.grid, object=shop, assignee=cast.grid_leader)
    retire_area(cast.city.grid, on=clock.today(), actor=None)
    assert follow_places() == 1
    task.refresh_from_db()
    # Who leads the community walks there still.
    assert (task.area, task.assignee) == (cast.city.community, cast.grid_leader)


def test_who_does_not_walk_there_gives_it_back_and_is_told_but_keeps_what_is_begun(cast, shop):
    given = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    begun = make_task(cast.city.grid, object=shop, assignee=cast.inspector, state="begun")
    move(shop, cast.city.other_grid)
    follow_places()
    given.refresh_from_db()
    begun.refresh_from_db()
    assert (given.state, given.assignee) == ("open", None)
    assert (begun.state, begun.assignee) == ("begun", cast.inspector)
    assert list(given.events.values_list("action", "actor")) == [("put_back", None)]
    assert Notice.objects.get(event="task_taken_back").recipient == cast.inspector


def test_patrols_and_campaigns_of_a_retired_grid_end_and_its_orders_stay(cast, shop):
    plan = PatrolPlan.objects.create(
        name="巡查", area=cast.city.community, rhythm="daily", valid_from=clock.today() - timedelta(days=9)
    )
    campaign = make_campaign(cast.city.community, [shop.type])
    made = {"starts_at": clock.now(), "due_at": clock.now() + timedelta(days=2)}
    ended = [
        make_task(cast.city.grid, kind="patrol", plan=plan, assignee=cast.inspector, **made),
        make_task(cast.city.grid, kind="campaign", campaign=campaign, **made),
    ]
    stays = [
        make_task(cast.city.other_grid, kind="patrol", plan=plan, **made),
        make_task(cast.city.grid),
    ]
    retire_area(cast.city.grid, on=clock.today(), actor=None)
    assert end_missed_patrols() == 2
    assert set(Task.objects.filter(state="cancelled")) == set(ended)
    assert set(Task.objects.pending()) == set(stays)
