"""Finishing a task: by hand, or by the visit."""

import pytest

from gridgov import clock
from gridgov.errors import NotPermitted, StepNotAllowed
from inspections.models import TaskEvent, TaskState
from inspections.services.tasks import (
    assign_task,
    cancel_task,
    finish_by_visit,
    finish_task,
    grab_task,
    lapse_tasks,
    put_back_task,
)
from tests.case_factories import jpeg
from tests.factories import make_post, make_user
from tests.inspection_factories import make_task, photo_ahead
from tests.inspections.test_campaign_tasks import visit_to
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(cast):
    return make_object(cast.city.grid)


def state_of(task):
    task.refresh_from_db()
    return task.state


def test_an_order_without_an_object_is_done_by_hand_with_a_note_and_a_photo(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    client.force_login(cast.inspector)
    client.post(f"/m/tasks/{task.pk}/finish/", {"note": "已清理", "photos": [jpeg()]})
    assert state_of(task) == TaskState.DONE
    event = TaskEvent.objects.get()
    assert (event.action, event.note) == ("finish", "已清理")
    photo = event.photos.get()
    page = f"/m/tasks/{task.pk}/photos/{photo.pk}/thumb/"
    assert client.get(page).status_code == 200
    client.force_login(cast.stranger)
    assert client.get(page).status_code == 404


def test_photos_may_have_been_sent_ahead(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    client.force_login(cast.inspector)
    name = photo_ahead(cast.inspector)
    answer = client.post(
        f"/api/v1/tasks/{task.pk}/finish/", {"photo_uuids": [str(name)]}, content_type="application/json"
    )
    assert answer.json()["state"] == "done"
    assert TaskEvent.objects.get().photos.get().client_uuid == name


def test_a_broken_photo_is_said_so_and_the_note_is_kept(client, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    broken = jpeg()
    broken.file.truncate(40)
    broken.size = 40
    client.force_login(cast.inspector)
    response = client.post(f"/m/tasks/{task.pk}/finish/", {"note": "已清理", "photos": [broken]})
    assert response.status_code == 422
    assert "已清理" in response.content.decode()
    assert state_of(task) == TaskState.ASSIGNED


def test_who_ordered_it_hears_that_it_is_done(cast):
    from datetime import timedelta

    from gridgov import clock
    from inspections.services.tasks import make_task as order

    task = order(
        actor=cast.grid_leader,
        title="看看",
        area=cast.city.grid,
        due_at=clock.now() + timedelta(hours=1),
        assignee=cast.inspector,
    )
    finish_task(task.pk, actor=cast.inspector, note="好了")
    assert cast.grid_leader.notices.get().event == "task_done"


def test_a_task_with_an_object_is_not_done_by_hand(cast, shop):
    task = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    with pytest.raises(StepNotAllowed):
        finish_task(task.pk, actor=cast.inspector)


def test_the_visit_of_its_object_finishes_it(cast, shop):
    task = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    assert finish_by_visit(task.pk, actor=cast.inspector, visit=visit_to(shop, cast.inspector))
    assert state_of(task) == TaskState.DONE


def test_the_visit_of_another_object_does_not(cast, shop):
    task = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    other = make_object(cast.city.grid)
    assert not finish_by_visit(task.pk, actor=cast.inspector, visit=visit_to(other, cast.inspector))
    assert state_of(task) == TaskState.ASSIGNED


def test_one_that_lapsed_meanwhile_is_finished_all_the_same(cast, shop):
    task = make_task(cast.city.grid, object=shop)
    assert finish_by_visit(task.pk, actor=cast.inspector, visit=visit_to(shop, cast.inspector))
    task.refresh_from_db()
    assert (task.state, task.assignee) == (TaskState.DONE, cast.inspector)


def test_one_that_has_gone_to_somebody_else_or_is_over_stays_as_it_is(cast, shop):
    colleague = make_user("colleague")
    make_post(colleague, "inspector", cast.city.community_centre, area=cast.city.grid)
    visit = visit_to(shop, cast.inspector)
    moved = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    assign_task(moved.pk, actor=cast.grid_leader, assignee=colleague)
    over = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    cancel_task(over.pk, actor=cast.grid_leader, reason="不用了")
    done = make_task(cast.city.grid, object=shop, assignee=cast.inspector, state="done")
    for task, state in ((moved, "assigned"), (over, "cancelled"), (done, "done")):
        assert not finish_by_visit(task.pk, actor=cast.inspector, visit=visit)
        assert state_of(task) == state
    assert not finish_by_visit(0, actor=cast.inspector, visit=visit)


def test_a_patrol_goes_on_after_a_visit(cast, shop):
    task = make_task(cast.city.grid, kind="patrol", assignee=cast.inspector, state="begun")
    assert finish_by_visit(task.pk, actor=cast.inspector, visit=visit_to(shop, cast.inspector))
    assert state_of(task) == TaskState.BEGUN


@pytest.mark.parametrize("moved", ["reassigned", "cancelled"])
def test_what_was_done_without_signal_is_kept_and_shown_though_the_task_moved_on(client, cast, moved):
    task = grab_task(make_task(cast.city.grid, title="看看河涌").pk, actor=cast.inspector)
    if moved == "reassigned":
        assign_task(task.pk, actor=cast.grid_leader, assignee=cast.grid_leader)
    else:
        cancel_task(task.pk, actor=cast.grid_leader, reason="不用了")
    task.refresh_from_db()
    before = (task.state, task.assignee)
    client.force_login(cast.inspector)
    assert (
        client.post(f"/m/tasks/{task.pk}/finish/", {"note": "桥下已清理", "photos": [jpeg()]}).status_code
        == 302
    )
    task.refresh_from_db()
    assert (task.state, task.assignee) == before
    event = task.events.latest("seq")
    assert (event.action, event.actor, event.note, event.photos.count()) == (
        "beside",
        cast.inspector,
        "桥下已清理",
        1,
    )
    told = cast.grid_leader.notices.get(event="visit_beside_task")
    assert told.url == f"/m/tasks/{task.pk}/"
    assert not cast.grid_leader.notices.filter(event="task_done").exists()
    client.force_login(cast.grid_leader)
    assert "桥下已清理" in client.get("/m/board/").content.decode()


def test_what_lapsed_and_nobody_took_is_finished_by_who_had_it(cast):
    task = grab_task(make_task(cast.city.grid).pk, actor=cast.inspector)
    with clock.at(task.begin_by):
        lapse_tasks()
    assert finish_task(task.pk, actor=cast.inspector, note="好了").state == TaskState.DONE


def test_who_put_it_back_or_never_had_it_does_not_finish_it(cast):
    task = grab_task(make_task(cast.city.grid).pk, actor=cast.inspector)
    with pytest.raises(NotPermitted):
        finish_task(task.pk, actor=cast.grid_leader)
    put_back_task(task.pk, actor=cast.inspector)
    with pytest.raises((NotPermitted, StepNotAllowed)):
        finish_task(task.pk, actor=cast.inspector)


@pytest.mark.parametrize("moved", ["reassigned", "cancelled"])
def test_what_was_done_beside_is_told_once(cast, moved):
    task = grab_task(make_task(cast.city.grid).pk, actor=cast.inspector)
    if moved == "reassigned":
        assign_task(task.pk, actor=cast.grid_leader, assignee=cast.grid_leader)
    else:
        cancel_task(task.pk, actor=cast.grid_leader, reason="不用了")
    finish_task(task.pk, actor=cast.inspector, note="已清理")
    with pytest.raises((NotPermitted, StepNotAllowed)):
        finish_task(task.pk, actor=cast.inspector, note="又清理")
    assert task.events.filter(action="beside").count() == 1
