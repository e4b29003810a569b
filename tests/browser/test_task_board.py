"""The board in a browser: by pointer, by keyboard, on the desk and on the phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from inspections.models import Task
from inspections.services.duty import go_on_duty
from tests.browser.conftest import DESK, PHONE, started
from tests.inspection_factories import make_task
from tests.registry_factories import make_object

pytestmark = pytest.mark.browser


@pytest.fixture
def task(cast):
    """A task of the first grid that waits to be grabbed."""
    return make_task(cast.city.grid, title="查看河涌")


def test_a_card_dragged_to_a_person_is_theirs(open_as, cast, task):
    page = open_as(cast.grid_leader, "/m/board/", viewport=DESK)
    started(page)
    page.wait_for_load_state("networkidle")
    card = page.locator(f'[data-task="{task.pk}"]').bounding_box()
    lane = page.locator(f'[data-person="{cast.inspector.pk}"]').bounding_box()
    page.mouse.move(card["x"] + card["width"] - 12, card["y"] + 12)
    page.mouse.down()
    page.mouse.move(lane["x"] + 60, lane["y"] + 20, steps=6)
    expect(page.locator(".task--dragged")).to_be_visible()
    with page.expect_navigation():
        page.mouse.up()
    expect(page.locator(f'[data-person="{cast.inspector.pk}"] [data-task="{task.pk}"]')).to_be_visible()
    assert Task.objects.get().assignee == cast.inspector


def test_dropped_beside_the_lanes_it_stays(open_as, cast, task):
    page = open_as(cast.grid_leader, "/m/board/", viewport=DESK)
    started(page)
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.method))
    card = page.locator(f'[data-task="{task.pk}"]').bounding_box()
    page.mouse.move(card["x"] + card["width"] - 12, card["y"] + 12)
    page.mouse.down()
    page.mouse.move(30, 700, steps=4)
    expect(page.locator(".task--dragged")).to_be_visible()
    page.mouse.up()
    expect(page.locator(".task--dragged")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert "POST" not in asked
    assert Task.objects.get().assignee is None


def drop_on(page, task, lane):
    """Take a card to a lane with the mouse, and let it go there."""
    card, there = page.locator(f'[data-task="{task.pk}"]').bounding_box(), page.locator(lane).bounding_box()
    page.mouse.move(card["x"] + card["width"] - 12, card["y"] + 12)
    page.mouse.down()
    page.mouse.move(there["x"] + 60, there["y"] + 20, steps=6)
    expect(page.locator(".task--dragged")).to_be_visible()
    page.mouse.up()


def test_dropped_on_somebody_who_does_not_walk_there_it_stays_and_it_is_said_why(open_as, cast):
    task = make_task(cast.city.other_grid, title="查看河涌")
    page = open_as(cast.grid_leader, "/m/board/", viewport=DESK)
    started(page)
    page.wait_for_load_state("networkidle")
    drop_on(page, task, f'[data-person="{cast.inspector.pk}"]')
    expect(page.locator(".messages .message--warning")).to_contain_text("inspector can't have this")
    assert Task.objects.get().assignee is None


def test_dropped_on_the_open_ones_it_is_put_back(open_as, cast):
    task = make_task(cast.city.grid, title="查看河涌", assignee=cast.inspector)
    page = open_as(cast.grid_leader, "/m/board/", viewport=DESK)
    started(page)
    page.wait_for_load_state("networkidle")
    # In the phone's layout the lanes of people are closed.
    page.locator(f'[data-person="{cast.inspector.pk}"] > summary').click()
    with page.expect_navigation():
        drop_on(page, task, "[data-open]")
    expect(page.locator(f'[data-open] [data-task="{task.pk}"]')).to_be_visible()
    assert Task.objects.get().state == "open"


def test_after_assigning_by_keyboard_the_next_card_has_the_focus(open_as, cast, task):
    after = make_task(cast.city.grid, title="清点充电桩", due_at=task.due_at + timedelta(minutes=5))
    page = open_as(cast.grid_leader, "/m/board/", viewport=DESK)
    started(page)
    page.wait_for_load_state("networkidle")
    card = page.locator(f'[data-task="{task.pk}"]')
    card.locator("summary").press("Enter")
    card.locator("select").select_option(str(cast.inspector.pk))
    with page.expect_navigation():
        card.locator("form button").press("Enter")
    expect(page.locator(f'[data-task="{after.pk}"] summary')).to_be_focused()


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
    started(page)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("details.lane").last.locator("summary").first.click()
    expect(page.locator("details.lane").last).to_have_attribute("open", "")
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
    page.locator(".phone__actions button", has_text="Done").click()
    expect(page.locator(".card__actions")).to_have_count(0)
    expect(page.locator(".duty--on")).to_be_visible()
    assert Task.objects.get().state == "done"


@pytest.mark.parametrize("width", [390, 320])
def test_the_one_next_step_of_a_task_lies_free_at_the_foot(open_as, cast, width):
    task = make_task(cast.city.grid, title="清点电动自行车停放充电场所", note="看有没有飞线。" * 30)
    page = open_as(cast.inspector, f"/m/tasks/{task.pk}/", viewport={"width": width, "height": 640})
    button = page.locator(".phone__actions .button")
    for words in ("Grab it", "Begin", "Done"):
        expect(button).to_have_text(words)
        box = button.bounding_box()
        assert 640 - 80 < box["y"] + box["height"] <= 640
        on_top = "([x, y]) => document.elementFromPoint(x, y).closest('.phone__actions') !== null"
        assert page.evaluate(on_top, [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if words != "Done":
            button.click()
    # The note is reached, and is not under the bar.
    note = page.locator("#finish textarea")
    note.evaluate("(field) => field.scrollIntoView({ block: 'center' })")
    assert note.bounding_box()["y"] + note.bounding_box()["height"] <= box["y"]


def test_an_object_is_found_and_chosen_by_the_keyboard_alone(open_as, cast):
    make_object(cast.city.grid, name="演示·农贸市场甲", code="market-a")
    market = make_object(cast.city.other_grid, name="演示·农贸市场乙", code="market-b")
    page = open_as(cast.grid_leader, "/m/board/order/", viewport=DESK)
    page.get_by_label("What is to be done").fill("看看东门")
    # Enter in a field orders; it does not search.
    expect(page.locator("[data-without-js]")).to_have_count(0)
    page.get_by_role("searchbox").press_sequentially("农贸市场")
    expect(page.locator("#objects-found .pick")).to_have_count(2)
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    focused = page.locator("#objects-found input:focus")
    expect(focused).to_have_value(market.code)
    expect(focused).not_to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("[data-picks] input:checked")).to_have_value(market.code)
    expect(page.locator("#objects-found .pick")).to_have_count(0)
    with page.expect_navigation():
        page.get_by_role("button", name="Order it").press("Enter")
    assert (Task.objects.get().object, Task.objects.get().area) == (market, cast.city.other_grid)


def test_of_two_phones_that_grab_one_is_told_who_was_quicker(open_as, cast, task):
    late = open_as(cast.grid_leader, f"/m/tasks/{task.pk}/", viewport=PHONE)
    quick = open_as(cast.inspector, f"/m/tasks/{task.pk}/", viewport=PHONE)
    quick.locator(".phone__actions button").click()
    expect(quick.locator(".phone__actions .button")).to_have_text("Begin")
    late.locator(".phone__actions button").click()
    expect(late.locator(".messages")).to_contain_text("inspector has already taken this.")
    expect(late.locator(".phone__tabs")).to_be_visible()
    expect(late.locator(".phone__actions .button")).to_have_count(0)


def test_the_place_of_an_order_follows_its_object_and_is_locked(open_as, cast):
    market = make_object(cast.city.other_grid, name="演示·农贸市场乙", code="market-b")
    page = open_as(cast.grid_leader, f"/m/board/order/?object={market.code}", viewport=DESK)
    place = page.get_by_label("Where")
    expect(place).to_have_value(str(cast.city.other_grid.pk))
    expect(place).to_be_disabled()
    page.get_by_label("None: it is about the whole place").check(force=True)
    expect(place).to_be_enabled()
    expect(place).to_have_value(str(cast.city.community.pk))
