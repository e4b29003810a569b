"""Patrols by plan."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gridgov import clock
from grids.models import Area
from inspections.models import PatrolPlan, Rhythm, Skill, Task, TaskEvent, TaskState
from inspections.services.plans import make_planned_tasks
from tests.factories import make_post, make_user
from tests.racing import race

CHINA = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 23)  # a Monday
MORNING = datetime(2026, 11, 23, 0, 10, tzinfo=CHINA)


def make_plan(area, rhythm=Rhythm.DAILY, **fields):
    defaults = {"name": "巡查", "valid_from": date(2026, 1, 1)}
    return PatrolPlan.objects.create(area=area, rhythm=rhythm, **{**defaults, **fields})


@pytest.fixture
def early():
    with clock.at(MORNING):
        yield


@pytest.mark.django_db
def test_each_grid_gets_two_patrols_a_day(cast, early):
    make_plan(cast.city.community, Rhythm.TWICE_A_DAY)
    assert make_planned_tasks(DAY) == 4
    times = [
        (f"{task.starts_at.astimezone(CHINA):%H:%M}", f"{task.due_at.astimezone(CHINA):%H:%M}")
        for task in Task.objects.filter(area=cast.city.grid).order_by("starts_at")
    ]
    assert times == [("08:30", "12:00"), ("14:00", "17:30")]


@pytest.mark.django_db
def test_the_first_inspector_of_the_grid_gets_it_and_a_grid_without_one_is_open(cast, early):
    make_post(make_user("second"), "inspector", cast.city.community_centre, area=cast.city.grid)
    make_plan(cast.city.community)
    make_planned_tasks(DAY)
    found = {task.area: (task.state, task.assignee) for task in Task.objects.all()}
    assert found == {
        cast.city.grid: (TaskState.ASSIGNED, cast.inspector),
        cast.city.other_grid: (TaskState.OPEN, None),
    }
    assert set(TaskEvent.objects.values_list("action", "actor")) == {("make", None)}


@pytest.mark.django_db
def test_a_plan_may_leave_all_of_them_open(cast, early):
    make_plan(cast.city.grid, to_grid_inspector=False)
    make_planned_tasks(DAY)
    assert Task.objects.get().state == TaskState.OPEN


@pytest.mark.django_db
def test_a_skill_passes_over_who_has_it_not(cast, early):
    gas = Skill.objects.create(name="燃气")
    plan = make_plan(cast.city.grid, skill=gas)
    make_planned_tasks(DAY)
    assert Task.objects.get().assignee is None
    gas.people.add(cast.inspector)
    make_planned_tasks(DAY + timedelta(days=1))
    assert Task.objects.filter(plan=plan, skill=gas).latest("starts_at").assignee == cast.inspector


@pytest.mark.django_db
def test_a_second_run_makes_nothing(cast, early):
    make_plan(cast.city.district, Rhythm.TWICE_A_DAY)
    assert make_planned_tasks(DAY) == 4
    assert make_planned_tasks(DAY) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rhythm", "on_day", "first", "last"),
    [
        (Rhythm.WEEKLY, 1, date(2026, 11, 23), date(2026, 11, 29)),
        (Rhythm.WEEKLY, 3, date(2026, 11, 18), date(2026, 11, 24)),
        (Rhythm.MONTHLY, 5, date(2026, 11, 5), date(2026, 12, 4)),
        (Rhythm.MONTHLY, 28, date(2026, 10, 28), date(2026, 11, 27)),
    ],
)
def test_weekly_and_monthly_patrols_last_from_their_day_to_the_next(cast, early, rhythm, on_day, first, last):
    make_plan(cast.city.grid, rhythm, on_day=on_day)
    make_planned_tasks(DAY)
    task = Task.objects.get()
    assert task.starts_at.astimezone(CHINA).date() == first
    assert task.due_at.astimezone(CHINA).date() == last
    assert make_planned_tasks(DAY + timedelta(days=0)) == 0


@pytest.mark.django_db
def test_a_plan_begins_and_ends_with_its_dates(cast, early):
    make_plan(cast.city.grid, valid_from=DAY + timedelta(days=1))
    make_plan(cast.city.grid, valid_to=DAY - timedelta(days=1))
    make_plan(cast.city.grid, Rhythm.WEEKLY, on_day=3, valid_from=DAY)
    assert make_planned_tasks(DAY) == 0


@pytest.mark.django_db
def test_what_is_over_is_not_made_any_more(cast):
    make_plan(cast.city.grid, Rhythm.TWICE_A_DAY)
    with clock.at(MORNING.replace(hour=13)):
        assert make_planned_tasks(DAY) == 1
    with clock.at(MORNING.replace(hour=18)):
        assert make_planned_tasks(DAY) == 0


@pytest.mark.django_db
def test_retired_grids_are_left_out(cast, early):
    Area.objects.filter(pk=cast.city.grid.pk).update(retired_on=date(2026, 1, 1))
    make_plan(cast.city.community)
    assert make_planned_tasks(DAY) == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_each_task_once(cast):
    make_plan(cast.city.community, Rhythm.TWICE_A_DAY)

    def run():
        with clock.at(MORNING):
            return make_planned_tasks(DAY)

    assert sum(race(*[run] * 4)) == 4
    assert Task.objects.count() == TaskEvent.objects.count() == 4
