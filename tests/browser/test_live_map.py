"""The live map and the wall in a real browser."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Route, expect

from cases.models import Case
from gridgov import clock
from tests.browser.conftest import DESK, PHONE, started
from tests.case_factories import make_case
from tests.factories import inside

pytestmark = pytest.mark.browser
HALF_AN_HOUR = timedelta(minutes=30)
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


def test_what_is_overdue_is_a_list_with_one_press(open_as, cast):
    late, other = make_case(cast), make_case(cast, point=inside(cast.city.other_grid))
    Case.objects.filter(pk=late.pk).update(stage_due_at=clock.now() - timedelta(hours=1))
    page = open_as(cast.dispatcher, "/map/", viewport=DESK)
    page.get_by_role("button", name="1 overdue").click()
    expect(page.locator(f"#in-view [data-number='{late.number}']")).to_be_visible()
    expect(page.locator(f"#in-view [data-number='{other.number}']")).to_have_count(0)
    expect(page.locator("[data-map-count]")).to_have_text("1 open case in view")


def test_a_map_that_hears_nothing_says_of_when_it_is_until_it_is_fresh_again(open_as, cast):
    make_case(cast)
    page = open_as(cast.dispatcher, "/map/", viewport=DESK)
    started(page)
    expect(page.locator(".map-dot")).to_have_count(1)
    stale = page.locator("[data-map-stale]")
    page.route("**/map/cases/**", lambda route: route.abort())
    page.evaluate(HINT, "another")
    expect(stale).to_have_text(re.compile(r"^as of \d\d:\d\d$"))
    expect(page.locator(".map-dot")).to_have_count(1)
    page.unroute("**/map/cases/**")
    expect(stale).to_be_hidden()


def test_where_areas_are_too_many_to_be_named_what_they_lie_in_is(open_as, cast):
    page = open_as(cast.dispatcher, "/map/", viewport=DESK)
    started(page)
    page.locator("#map-finest").select_option("5")
    expect(page.locator(".map-label").filter(has_text=cast.city.grid.name).first).to_be_attached()
    page.route("**/map-areas*.js", few_names)
    page.reload()
    expect(page.locator(".map-label")).to_have_text([cast.city.community.name])


def few_names(route: Route) -> None:
    """The module with room for one name."""
    told = route.fetch()
    route.fulfill(response=told, body=told.text().replace("MOST_NAMES = 100", "MOST_NAMES = 1"))


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


def test_a_wall_lives_through_a_day_with_a_lost_hour_and_midnight(open_as, cast):
    for _ in range(9):
        make_case(cast)
    page = open_as(cast.leader, "/wall/", viewport={"width": 1920, "height": 1080})
    began = datetime(2026, 11, 22, 22, tzinfo=ZoneInfo("Asia/Shanghai"))
    passed, lost = timedelta(), False

    def answer(route: Route) -> None:
        """The server's own figures, as of the hour that it is on the wall; nothing while the network is lost."""
        if lost:
            route.abort("internetdisconnected")
            return
        now = (began + passed).timestamp()
        told = route.fetch()
        route.fulfill(response=told, body=re.sub(r'data-at="[\d.]+"', f'data-at="{now:.0f}"', told.text()))

    def size() -> tuple[int, int, int]:
        session.send("HeapProfiler.collectGarbage")
        counted = session.send("Memory.getDOMCounters")
        return page.locator("body *").count(), counted["nodes"], counted["jsEventListeners"]

    def settled(before: tuple[int, int, int]) -> bool:
        # What is no longer used goes when the browser likes; what leaks never does.
        for _ in range(60):
            elements, nodes, listeners = size()
            if elements == before[0] and nodes <= before[1] and listeners <= before[2]:
                return True
            page.wait_for_timeout(500)
        return False

    def live(hours: float, event: str = "response") -> None:
        nonlocal passed
        for _ in range(round(hours * 2)):
            passed += HALF_AN_HOUR
            with page.expect_event(event, lambda one: "/wall/now/" in one.url):
                page.clock.fast_forward(int(HALF_AN_HOUR.total_seconds() * 1000))

    page.clock.install(time=began)
    page.route("**/wall/now/**", answer)
    page.reload()
    started(page)
    expect(page.locator(".wall-area").first).to_be_attached()
    session = page.context.new_cdp_session(page)
    live(1)
    expect(page.locator("[data-date]")).to_contain_text("November 22")
    expect(page.locator("[data-clock]")).to_contain_text("23:0")
    before = size()
    live(2)
    expect(page.locator("[data-date]")).to_contain_text("November 23")
    expect(page.locator("[data-clock]")).to_contain_text("01:0")
    expect(page.locator("[data-age]")).to_be_hidden()
    lost = True
    live(1, "requestfailed")
    expect(page.locator("[data-age]")).to_be_visible()
    expect(page.locator("[data-as-of]")).to_contain_text("01:0")
    expect(page.locator("[data-clock]")).to_contain_text("02:0")
    expect(page.locator(".wall__figure--open b")).to_have_text("9")
    lost = False
    live(20)
    expect(page.locator("[data-age]")).to_be_hidden()
    expect(page.locator("[data-clock]")).to_contain_text("22:0")
    assert settled(before), f"the page grew from {before} to {size()}"


def test_a_wall_without_a_session_keeps_its_figures(open_as, cast):
    make_case(cast)
    page = open_as(cast.leader, "/wall/", viewport={"width": 1920, "height": 1080})
    started(page)
    page.context.clear_cookies()
    page.evaluate(HINT, "")
    expect(page.get_by_text("This wall is no longer signed in.")).to_be_visible()
    expect(page.locator(".wall__figure--open b")).to_have_text("1")
