"""What the worker does by itself for tasks, and what the demo and the admin show of them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from gridgov import clock
from gridgov.celery import app
from inspections import tasks
from inspections.models import Campaign, PatrolPlan, Task, TaskEvent, TaskState
from inspections.services.plans import end_missed_patrols
from tests.factories import make_user
from tests.inspection_factories import make_task
from tests.inspections.test_campaign_tasks import make_campaign

pytestmark = pytest.mark.django_db
LOOKED_AT = ("visit", "finding", "duty", "diaryentry")


def test_every_job_is_scheduled():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for job in (tasks.keep_tasks, tasks.plan_tasks, tasks.keep_tracks):
        assert job.name in scheduled
        job()


def test_one_that_fails_does_not_hold_up_the_others(cast, monkeypatch):
    def fail():
        raise RuntimeError

    done = []
    monkeypatch.setattr(tasks, "KEPT", (fail, lambda: done.append(1)))
    tasks.keep_tasks()
    assert done == [1]


def test_patrols_of_earlier_days_that_nobody_began_end_by_themselves(cast):
    plan = PatrolPlan.objects.create(
        name="巡查", area=cast.city.grid, rhythm="daily", valid_from=clock.today() - timedelta(days=9)
    )
    now = clock.now()

    def patrol(days, **fields):
        starts_at = now - timedelta(days=days, hours=3)
        return make_task(
            cast.city.grid,
            kind="patrol",
            plan=plan,
            starts_at=starts_at,
            due_at=starts_at + timedelta(hours=2),
            **fields,
        )

    missed, begun = patrol(3, assignee=cast.inspector), patrol(2, assignee=cast.inspector, state="begun")
    late_order = make_task(
        cast.city.grid,
        starts_at=now - timedelta(days=3),
        due_at=now - timedelta(days=2),
        assignee=cast.inspector,
    )
    assert end_missed_patrols() == 1
    assert end_missed_patrols() == 0
    states = dict(Task.objects.values_list("pk", "state"))
    assert states == {
        missed.pk: TaskState.CANCELLED,
        begun.pk: TaskState.BEGUN,
        late_order.pk: TaskState.ASSIGNED,
    }
    event = TaskEvent.objects.get()
    assert (event.task, event.action, event.actor, event.seq) == (missed, "cancel", None, 2)


def test_without_a_city_the_demo_says_what_to_load(db):
    with pytest.raises(CommandError):
        call_command("load_plans")


@pytest.mark.parametrize(
    "page", ["patrolplan", "campaign", "skill", "task", "taskevent", "gridcoverage", *LOOKED_AT]
)
def test_the_admin_lists_and_opens_them(client, cast, page):
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    assert client.get(f"/admin/inspections/{page}/").status_code == 200
    add = client.get(f"/admin/inspections/{page}/add/").status_code
    assert add == (200 if page in ("patrolplan", "campaign", "skill") else 403)


def test_the_admin_says_what_a_plan_means_and_how_far_a_campaign_is(client, cast):
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    plan = PatrolPlan.objects.create(
        name="巡查", area=cast.city.grid, rhythm="twice_a_day", valid_from=clock.today()
    )
    page = client.get(f"/admin/inspections/patrolplan/{plan.pk}/change/").content.decode()
    assert "08:30 – " in page or "14:00 – " in page
    campaign = make_campaign(cast.city.grid, [])
    assert "0 / 0" in client.get(f"/admin/inspections/campaign/{campaign.pk}/change/").content.decode()
    task = make_task(cast.city.grid, assignee=cast.inspector)
    assert client.get(f"/admin/inspections/task/{task.pk}/change/").status_code == 200
    assert Campaign.objects.count() == 1
