"""What was filled in and waits in the queue says so on its card, and is told with the time at which it was done."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case
from cases.services import verify_case
from cases.workflow import Status
from inspections.models import TaskState
from tests.browser.phone import states, until
from tests.case_factories import case_in
from tests.inspection_factories import make_task

pytestmark = pytest.mark.browser

WAITING = "Filled in, waiting to be sent"


def cut_off(page: Page, path: str) -> None:
    """The pages still load, but this part of the API can't be reached."""
    page.context.route(path, lambda route: route.abort("connectionreset"))


def reach_again(page: Page) -> None:
    page.context.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")


def test_an_answer_that_waits_is_not_asked_for_again(open_as, cast):
    case = case_in(Status.HANDLED, cast)
    page = open_as(cast.inspector, f"/cases/{case.number}/verify/")
    cut_off(page, "**/api/v1/cases/*/verify/")
    page.locator("[name=note]").fill("灯亮了")
    page.get_by_role("button", name="Solved", exact=True).tap()
    [item] = until(page, lambda queue: states(queue) == ["waiting"])["items"]
    for address in ("/m/", "/m/verify/"):
        page.goto(address)
        card = page.locator(f'[data-errand="{case.number}"]').first
        expect(card).to_contain_text(WAITING)
        expect(card.get_by_role("link")).to_have_attribute("href", "/m/queue/")

    reach_again(page)
    expect(card).to_contain_text("Sent")
    expect(card).not_to_contain_text(WAITING)
    case.refresh_from_db()
    event = case.events.order_by("seq").last()
    assert (case.status, event.done_at) == (Status.CLOSED, datetime.fromisoformat(item["body"]["done_at"]))
    assert event.done_at < event.at
    page.goto("/m/verify/")
    expect(page.locator(f'[data-errand="{case.number}"]')).to_have_count(0)


def test_a_task_that_waits_offers_no_step(open_as, cast):
    task = make_task(cast.city.grid, assignee=cast.inspector, state=TaskState.BEGUN)
    page = open_as(cast.inspector, f"/m/tasks/{task.pk}/")
    cut_off(page, "**/api/v1/tasks/**")
    page.locator("#finish textarea, #finish input[type=text]").first.fill("都看过了")
    page.locator("button[form=finish], #finish button:not([type])").first.tap()
    until(page, lambda queue: states(queue) == ["waiting"])
    page.goto("/m/")
    card = page.locator(f'[data-errand="task {task.pk}"]')
    expect(card).to_contain_text(WAITING)
    expect(card.locator(".card__title a")).to_have_attribute("href", "/m/queue/")
    expect(card.locator(".card__actions")).to_be_hidden()


def test_a_refusal_gives_the_card_back(open_as, cast):
    case = case_in(Status.HANDLED, cast)
    page = open_as(cast.inspector, f"/cases/{case.number}/verify/")
    cut_off(page, "**/api/v1/cases/*/verify/")
    page.locator("[name=note]").fill("灯亮了")
    page.get_by_role("button", name="Solved", exact=True).tap()
    until(page, lambda queue: states(queue) == ["waiting"])
    page.goto("/m/verify/")
    card = page.locator(f'[data-errand="{case.number}"]')
    expect(card).to_contain_text(WAITING)
    verify_case(case.pk, actor=cast.grid_leader, passed=True, note="已看过")
    reach_again(page)
    expect(card).not_to_contain_text(WAITING)
    expect(card.get_by_role("link")).to_have_attribute("href", f"/cases/{case.number}/verify/")


def test_a_report_without_signal_is_dated_when_it_was_written(open_as, cast):
    page = open_as(cast.inspector, "/m/report/")
    cut_off(page, "**/api/v1/cases/")
    page.locator("[name=description]").fill("井盖破了")
    page.locator("button[form=report]").tap()
    [item] = until(page, lambda queue: states(queue) == ["waiting"])["items"]
    page.goto("/m/queue/")
    reach_again(page)
    until(page, lambda queue: states(queue) == ["sent"])
    case = Case.objects.get()
    assert case.reported_at == datetime.fromisoformat(item["body"]["done_at"])
    assert timedelta(0) < case.stage_started_at - case.reported_at < timedelta(minutes=5)
