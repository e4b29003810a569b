"""A visit that waits: through whatever a server answers, and for the task that it belongs to."""

import pytest
from playwright.sync_api import Page, expect

from inspections.models import TaskState, Visit
from tests.browser.phone import expect_counts, fail_with, files, photos_ready, until
from tests.browser.test_visit import FINISH, answer, arrived, item
from tests.inspection_factories import make_checklist, make_task
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.browser

VISITS = "**/api/v1/visits/"
QUESTION = "通道是否畅通"
NOT_NOW = (500, 401, 413, "reset", (200, ""))


@pytest.fixture
def shop(cast):
    """A shop that is asked one item."""
    shop = make_object(cast.city.grid, make_type(), name="演示商铺", code="SHOP-1")
    asked = [{"question": QUESTION, "days_low": 30}]
    make_checklist([shop.type], asked, department=cast.city.district_department)
    return shop


@pytest.fixture
def visit(open_as, cast, shop) -> Page:
    """An inspector's open visit with one finding, its photo and its note."""
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    answer(page, QUESTION, "abnormal")
    one = item(page, QUESTION)
    one.locator("[data-camera=before]").set_input_files(files(1))
    one.locator("[data-note]").fill("堆了纸箱")
    until(page, lambda queue: photos_ready(1)(queue) and "堆了纸箱" in str(queue["items"]))
    return page


def test_whatever_is_answered_in_turn_it_waits_and_arrives_once(visit):
    fail_with(visit, VISITS, *NOT_NOW)
    visit.locator(FINISH).tap()
    expect(visit.get_by_text("Kept on this phone.")).to_be_visible(timeout=15_000)
    visit.goto("/m/queue/")
    for tries in range(1, len(NOT_NOW) + 1):
        until(visit, lambda queue, tries=tries: queue["items"][0]["tried"] >= tries)
        if not Visit.objects.exists():
            visit.evaluate("dispatchEvent(new Event('online'))")
    expect_counts(visit, waiting=0, sent=1)
    assert Visit.objects.get().answers.get().photos.count() == 1


def test_begun_on_ones_own_and_opened_from_its_task_it_is_the_tasks_visit(visit, cast, shop):
    task = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    visit.goto("/m/")  # a day with the task
    visit.goto(f"/m/visit/?object={shop.code}&task={task.pk}")
    expect(item(visit, QUESTION).locator("[data-note]")).to_have_value("堆了纸箱")
    visit.locator(FINISH).tap()
    assert arrived(visit).task == task
    task.refresh_from_db()
    assert task.state == TaskState.DONE
