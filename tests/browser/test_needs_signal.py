"""Without signal: a task is begun and finished; what can't be kept says so, and the page stays."""

import pytest
from playwright.sync_api import Page, expect

from gridgov import clock
from gridgov.models import Notice
from grids.models import User
from inspections.models import TaskAction, TaskState
from tests.browser.conftest import OpenAs, started
from tests.browser.phone import answer_of, kept, until, until_true, until_worker_answers
from tests.inspection_factories import make_task
from tests.registry_factories import make_object

pytestmark = pytest.mark.browser

NO_SIGNAL = "This needs a signal. Nothing was sent"


def cut(page: Page) -> None:
    """The page is whole, its modules run; then the network goes."""
    page.wait_for_load_state("networkidle")
    started(page)
    page.context.set_offline(True)


def make_notice(user: User) -> None:
    Notice.objects.create(recipient=user, event="task_assigned", params={}, url="/m/", created_at=clock.now())


def test_a_task_begun_and_finished_without_signal_is_both_in_that_order(open_as: OpenAs, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    page = open_as(cast.inspector, f"/m/tasks/{task.pk}/")
    expect(page.locator("#finish")).to_be_hidden()
    cut(page)
    page.locator(".phone__actions button", has_text="Begin").tap()
    done = page.locator(".phone__actions button", has_text="Done")
    expect(done).to_be_visible()
    page.locator("#finish textarea").fill("都看过了")
    done.tap()
    queue = until(page, lambda queue: [item["state"] for item in queue["items"]] == ["waiting"] * 2)
    assert {item["about"] for item in queue["items"]} == {f"task {task.pk}"}
    page.context.set_offline(False)
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["sent"] * 2)
    task.refresh_from_db()
    assert task.state == TaskState.DONE
    steps = [event.action for event in task.events.order_by("seq")]
    assert steps[-2:] == [TaskAction.BEGIN, TaskAction.FINISH]
    assert task.events.order_by("seq").last().note == "都看过了"


def test_begun_without_signal_stays_begun_on_the_page_until_it_is_sent(open_as: OpenAs, cast):
    task = make_task(
        cast.city.grid,
        assignee=cast.inspector,
        object=make_object(cast.city.grid),
        begin_by="2099-01-01T00:00Z",
    )
    page = open_as(cast.inspector, "/m/")
    cut(page)
    page.locator(".card__actions button", has_text="Begin").tap()
    onward = page.locator(".card__actions a", has_text="Go on")
    expect(onward).to_have_attribute("href", f"/m/visit/?task={task.pk}&object={task.object.code}")
    page.route("**/begin/", lambda route: route.abort())
    page.context.set_offline(False)
    page.reload()
    expect(onward).to_be_visible()
    expect(page.locator(".card__actions button", has_text="Begin")).to_have_count(0)


def test_what_can_no_longer_be_begun_is_said_by_the_server(open_as: OpenAs, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector)
    page = open_as(cast.inspector, f"/m/tasks/{task.pk}/")
    started(page)
    type(task).objects.filter(pk=task.pk).update(state=TaskState.CANCELLED)
    page.locator(".phone__actions button", has_text="Begin").tap()
    expect(page.locator(".messages")).to_contain_text("This is how it stands now.")
    assert kept(page)["items"] == []


@pytest.mark.parametrize("button", ["简体中文", "Log out"])
def test_a_plain_form_without_signal_says_so_and_the_page_stays(open_as: OpenAs, cast, button):
    page = open_as(cast.inspector, "/me/", service_workers="allow")
    until_worker_answers(page)
    until_true(page, "caches.match('/m/').then(Boolean)")
    started(page)
    page.context.set_offline(True)
    page.get_by_role("button", name=button).tap()
    expect(page.locator(".messages")).to_contain_text(NO_SIGNAL)
    assert page.evaluate("location.pathname") == "/me/"
    # What was kept is still there, and afterwards it can be pressed again.
    page.goto("/m/")
    expect(page.locator(".phone__tabs")).to_be_visible()
    page.context.set_offline(False)
    page.goto("/me/")
    page.get_by_role("button", name=button).tap()
    if button == "Log out":
        expect(page.locator("input[name=password]")).to_be_visible()
        assert not answer_of(page, "() => caches.match('/m/').then(Boolean)")
    else:
        expect(page.locator("html")).to_have_attribute("lang", "zh-hans")


def test_notices_are_not_read_without_signal(open_as: OpenAs, cast):
    make_notice(cast.inspector)
    page = open_as(cast.inspector, "/notices/")
    cut(page)
    read = page.get_by_role("button", name="as read").first
    read.tap()
    expect(page.locator(".messages")).to_contain_text(NO_SIGNAL)
    assert Notice.objects.filter(read_at=None).exists()
    page.context.set_offline(False)
    expect(read).to_be_enabled()
    read.tap()
    expect(page.get_by_role("button", name="as read")).to_have_count(0)
    assert not Notice.objects.filter(read_at=None).exists()
