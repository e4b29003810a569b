"""The board in a browser: by pointer, by keyboard, on the desk and on the phone."""

import pytest

from inspections.models import Task
from inspections.services.duty import go_on_duty
from tests.browser.conftest import DESK, PHONE
from tests.inspection_factories import make_task

pytestmark = pytest.mark.browser


@pytest.fixture
def task(cast):
    """A task of the first grid that waits to be grabbed."""
    return make_task(cast.city.grid, title="查看河涌")


def test_a_card_dragged_to_a_person_is_theirs(open_as, cast, task):
    page = open_as(cast.grid_leader, "/m/board/", viewport=DESK)
    page.locator('[data-module="task-board"]').wait_for()
    page.wait_for_load_state("networkidle")
    card = page.locator(f'[data-task="{task.pk}"]').bounding_box()
    lane = page.locator(f'[data-person="{cast.inspector.pk}"]').bounding_box()
    page.mouse.move(card["x"] + card["width"] - 12, card["y"] + 12)
    page.mouse.down()
    page.mouse.move(lane["x"] + 60, lane["y"] + 20, steps=6)
    assert page.locator(".task--dragged").is_visible()
    with page.expect_navigation():
        page.mouse.up()
    assert page.locator(f'[data-person="{cast.inspector.pk}"] [data-task="{task.pk}"]').is_visible()
    assert Task.objects.get().assignee == cast.inspector


def test_dropped_beside_the_lanes_it_stays(open_as, cast, task):
    page = open_as(cast.grid_leader, "/m/board/", viewport=DESK)
    page.wait_for_load_state("networkidle")
    card = page.locator(f'[data-task="{task.pk}"]').bounding_box()
    page.mouse.move(card["x"] + card["width"] - 12, card["y"] + 12)
    page.mouse.down()
    page.mouse.move(30, 700, steps=4)
    page.mouse.up()
    assert page.locator(".task--dragged").count() == 0
    assert Task.objects.get().assignee is None


def test_the_keyboard_does_the_same(open_as, cast, task):
    page = open_as(cast.grid_leader, "/m/board/", viewport=DESK)
    card = page.locator(f'[data-task="{task.pk}"]')
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    card.locator("select").select_option(str(cast.inspector.pk))
    card.locator("form button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Task.objects.get().assignee == cast.inspector


def test_on_the_phone_nothing_is_wider_than_the_screen_and_all_is_large_enough(open_as, cast, task):
    go_on_duty(actor=cast.inspector)
    make_task(cast.city.grid, assignee=cast.inspector)
    page = open_as(cast.grid_leader, "/m/board/", viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("details.lane").last.locator("summary").first.click()
    small = page.evaluate(
        """[...document.querySelectorAll("main :is(a, button, summary, select)")]
            .map((each) => [each.textContent.trim(), each.getBoundingClientRect().height])
            .filter(([, height]) => height && height < 44)"""
    )
    assert small == []


def test_the_inspector_goes_on_duty_begins_and_ends_a_patrol_with_one_thumb(open_as, cast):
    make_task(cast.city.grid, kind="patrol", title="一日双巡", assignee=cast.inspector)
    page = open_as(cast.inspector, "/m/", viewport=PHONE)
    page.locator(".duty button").click()
    page.locator(".duty--on").wait_for()
    page.locator(".card__actions button").click()
    page.locator("#finish").wait_for()
    page.locator("#finish button.button--primary").click()
    page.locator(".duty--on").wait_for()
    assert Task.objects.get().state == "done"
    assert page.locator(".card__actions").count() == 0
