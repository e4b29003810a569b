"""The live map and the wall in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, started
from tests.case_factories import make_case
from tests.factories import inside

pytestmark = pytest.mark.browser
HINT = (
    "number => document.body.dispatchEvent(new CustomEvent('live:case', { detail: { changed: [number] } }))"
)


def test_a_dot_opens_its_case_beside_the_map_and_the_address_keeps_the_view(open_as, cast):
    case = make_case(cast)
    make_case(cast, point=inside(cast.city.other_grid))
    page = open_as(cast.dispatcher, "/map/", viewport=DESK)
    expect(page.locator("[data-map-count]")).to_have_text("2 open cases in view")
    expect(page.locator(".map-dot")).to_have_count(2)
    page.locator(".map-dot").first.click()
    expect(page.locator("#sheet .case-head")).to_contain_text(case.number[:6])
    expect(page.locator(".map-dot--current")).to_have_count(1)
    assert "at=" in page.url
    view = page.url
    page.goto(view)
    expect(page.locator(".map-dot")).to_have_count(2)
    page.keyboard.press("Escape")


def test_what_is_in_view_can_be_read_and_opened_by_keyboard(open_as, cast):
    case = make_case(cast)
    page = open_as(cast.dispatcher, "/map/?list=1", viewport=DESK)
    started(page)
    row = page.locator("#in-view [data-row]")
    expect(row).to_have_count(1)
    page.locator("body").click(position={"x": 600, "y": 12})
    page.keyboard.press("j")
    expect(row.locator("[data-open]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet .case-head")).to_contain_text(case.number)


def test_a_hint_brings_a_new_case_and_it_pulses_once(open_as, cast):
    page = open_as(cast.dispatcher, "/map/", viewport=DESK)
    expect(page.locator("[data-map-count]")).to_have_text("0 open cases in view")
    started(page)
    page.evaluate(
        "document.addEventListener('animationstart', ({ target }) => { if (target.matches('.map-beat')) window.beats = (window.beats ?? 0) + 1; })"
    )
    case = make_case(cast)
    page.evaluate(HINT, case.number)
    expect(page.locator(".map-dot")).to_have_count(1)
    page.wait_for_function("window.beats === 1")
    expect(page.locator(".map-beat")).to_have_count(0)
    page.evaluate(HINT, "another")
    page.wait_for_timeout(1000)
    assert page.evaluate("window.beats") == 1


def test_filters_and_a_count_that_comes_nearer(open_as, cast):
    for _ in range(4):
        make_case(cast)
    page = open_as(cast.dispatcher, "/map/", viewport=DESK)
    expect(page.locator(".map-cell")).to_have_text("4")
    before = page.evaluate("new URLSearchParams(location.search).get('at')")
    page.locator(".map-cell").click()
    page.wait_for_function("at => new URLSearchParams(location.search).get('at') !== at", arg=before)
    page.locator("#filter-light").select_option("red")
    expect(page.locator("[data-map-count]")).to_have_text("0 open cases in view")
    assert "light=red" in page.url


@pytest.mark.parametrize("path", ["/map/", "/wall/"])
def test_a_phone_is_not_too_narrow_for_it(open_as, cast, path):
    make_case(cast)
    page = open_as(cast.dispatcher, path, viewport=PHONE)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_wall_does_not_grow_however_often_it_is_fresh(open_as, cast):
    for _ in range(9):
        make_case(cast)
    page = open_as(cast.leader, "/wall/", viewport={"width": 1920, "height": 1080})
    started(page)
    expect(page.locator(".wall-area").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    session = page.context.new_cdp_session(page)
    refresh = "async () => { document.body.dispatchEvent(new CustomEvent('live:case', { detail: { changed: [] } })); }"

    def refreshed(times: int) -> None:
        for _ in range(times):
            with page.expect_response("**/wall/now/**"):
                page.evaluate(refresh)

    def size() -> tuple[int, int]:
        session.send("HeapProfiler.collectGarbage")
        counted = session.send("Memory.getDOMCounters")
        return counted["nodes"], counted["jsEventListeners"]

    refreshed(6)
    nodes, listeners = size()
    refreshed(9)
    # What is no longer used goes when the browser likes; what leaks never does.
    for _ in range(60):
        if size()[0] <= nodes * 1.05 and size()[1] <= listeners:
            return
        page.wait_for_timeout(500)
    pytest.fail(f"the page grew from {nodes, listeners} to {size()}")


def test_a_wall_without_a_session_keeps_its_figures(open_as, cast):
    make_case(cast)
    page = open_as(cast.leader, "/wall/", viewport={"width": 1920, "height": 1080})
    started(page)
    page.context.clear_cookies()
    page.evaluate(HINT, "")
    expect(page.get_by_text("This wall is no longer signed in.")).to_be_visible()
    expect(page.locator(".wall__figure--open b")).to_have_text("1")
