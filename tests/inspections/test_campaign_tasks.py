"""Campaigns: a task for each grid with such objects, and how far it has come."""

import uuid
from datetime import timedelta

import pytest

from gridgov import clock
from grids.models import ObjectState
from inspections.campaign_progress import progress_by_area, progress_of
from inspections.models import Campaign, Task, TaskState, Visit
from inspections.services.campaigns import finish_campaign_tasks, make_campaign_tasks
from inspections.services.tasks import finish_by_visit
from tests.inspection_factories import make_checklist  # noqa: F401 - the factories are one door
from tests.racing import race
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db


def make_campaign(area, types, **fields):
    today = clock.today()
    campaign = Campaign.objects.create(
        area=area,
        **{
            "theme": "安全生产月",
            "starts_on": today - timedelta(days=1),
            "ends_on": today + timedelta(days=7),
            **fields,
        },
    )
    campaign.types.set(types)
    return campaign


def visit_to(object, inspector, **fields):
    now = clock.now()
    return Visit.objects.create(
        client_uuid=uuid.uuid4(),
        object=object,
        area=object.area,
        district=object.district,
        inspector=inspector,
        **{"started_at": now, "finished_at": now, "received_at": now, **fields},
    )


@pytest.fixture
def shop(city):
    return make_type("shop")


def test_only_grids_with_such_objects_get_a_task(cast, shop):
    make_object(cast.city.grid, shop)
    make_object(cast.city.other_grid, make_type("lamp"))
    campaign = make_campaign(cast.city.community, [shop])
    assert make_campaign_tasks() == 1
    task = Task.objects.get(campaign=campaign)
    assert (task.area, task.assignee, task.title) == (cast.city.grid, cast.inspector, "安全生产月")
    assert make_campaign_tasks() == 0


def test_outside_its_days_it_makes_none(cast, shop):
    make_object(cast.city.grid, shop)
    today = clock.today()
    make_campaign(cast.city.community, [shop], starts_on=today + timedelta(days=1))
    make_campaign(
        cast.city.community, [shop], starts_on=today - timedelta(days=5), ends_on=today - timedelta(days=1)
    )
    assert make_campaign_tasks() == 0


def test_progress_counts_objects_visited_since_it_began(cast, shop):
    first, second, before, closed = (make_object(cast.city.grid, shop) for _ in range(4))
    make_object(cast.city.other_grid, shop)
    type(closed).objects.filter(pk=closed.pk).update(state=ObjectState.CLOSED)
    campaign = make_campaign(cast.city.community, [shop])
    for object in (first, first, second):
        visit_to(object, cast.inspector)
    long_ago = clock.now() - timedelta(days=5)
    visit_to(before, cast.inspector, started_at=long_ago, finished_at=long_ago)
    found = progress_by_area([campaign])
    assert {area: (part.visited, part.objects) for (_, area), part in found.items()} == {
        cast.city.grid.pk: (2, 3),
        cast.city.other_grid.pk: (0, 1),
    }
    whole = progress_of([campaign])[campaign.pk]
    assert (whole.visited, whole.objects, whole.percent, whole.is_reached) == (2, 4, 50, False)


def test_a_visit_finishes_the_task_only_when_the_share_is_reached(cast, shop):
    objects = [make_object(cast.city.grid, shop) for _ in range(4)]
    make_campaign(cast.city.community, [shop], target_percent=50)
    make_campaign_tasks()
    task = Task.objects.get()
    states = []
    for object in objects[:2]:
        visit = visit_to(object, cast.inspector)
        assert finish_by_visit(task.pk, actor=cast.inspector, visit=visit)
        task.refresh_from_db()
        states.append(task.state)
    assert states == [TaskState.ASSIGNED, TaskState.DONE]


def test_visits_that_name_no_task_count_too(cast, shop):
    object = make_object(cast.city.other_grid, shop)
    make_campaign(cast.city.community, [shop])
    make_campaign_tasks()
    assert finish_campaign_tasks() == 0
    visit_to(object, cast.grid_leader)
    assert finish_campaign_tasks() == 1
    task = Task.objects.get()
    assert (task.state, task.assignee) == (TaskState.DONE, cast.grid_leader)
    assert finish_campaign_tasks() == 0


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_each_task_once(cast, shop):
    make_object(cast.city.grid, shop)
    make_object(cast.city.other_grid, shop)
    make_campaign(cast.city.community, [shop])
    assert sum(race(*[make_campaign_tasks] * 4)) == 2
