"""The console as hands on a keyboard and eyes on a screen meet it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case, SavedFilter
from cases.workflow import Status
from gridgov import clock
from tests.browser.conftest import DESK, PHONE, started
from tests.case_factories import case_in, make_case, stored

pytestmark = pytest.mark.browser
# The parts of rows that their box, or the screen, cuts off.
CUT_OFF = """
    () => [...document.querySelectorAll("[data-row] td, [data-row] td > *")]
      .filter((part) => part.checkVisibility() && getComputedStyle(part).display !== "inline")
      .filter((part) => part.scrollWidth > part.clientWidth + 1 || part.getBoundingClientRect().right > innerWidth)
      .map((part) => part.className)
"""
FULL_HD = {"width": 1920, "height": 1080}


def cases_with_time_left(cast, number: int) -> list:
    """So many reported cases, the first one with the least time left."""
    found = []
    for minutes in range(number, 0, -1):
        with clock.at(clock.now() - timedelta(minutes=minutes)):
            found.append(make_case(cast, photos=stored(cast.inspector)))
    return found


@pytest.fixture
def desk(open_as):
    """A page at the desk whose modules have started."""

    def open_at_desk(user, path: str, viewport=DESK) -> Page:
        page = open_as(user, path, viewport=viewport)
        page.wait_for_load_state("networkidle")
        started(page)
        return page

    return open_at_desk


def row(page: Page, case):
    return page.locator(f"#case-{case.pk}")


def test_a_queue_is_worked_off_by_keyboard_alone(desk, cast):
    first, second, _ = cases_with_time_left(cast, 3)
    page = desk(cast.operator, "/cases/intake/")
    sheet, head = page.locator("#sheet"), page.locator("#sheet .case-head")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(head).to_contain_text(first.number)
    page.keyboard.press("j")
    expect(head).to_contain_text(second.number)
    sheet.get_by_role("link", name="Register").press("Enter")
    expect(sheet).to_contain_text("Handling may take 24 urgent hours")
    # The focus stands on the chosen class: Enter is enough.
    expect(sheet.locator("[name=case_class]:checked")).to_be_focused()
    page.keyboard.press("Enter")
    # The row changes where it is, nothing jumps, and what happened is said.
    expect(row(page, second)).to_contain_text("registered")
    expect(page.locator("#messages")).to_contain_text("Registered")
    expect(sheet.locator(".timeline")).to_contain_text("Registered")
    expect(page.locator("[data-row]")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(sheet).to_be_empty()
    expect(row(page, second).locator("[data-open]")).to_be_focused()
    second.refresh_from_db()
    assert second.status == Status.REGISTERED


def test_one_press_accepts_in_the_sheet(desk, cast):
    case = case_in(Status.DISPATCHED, cast)
    page = desk(cast.handler, "/dispatch/unit/")
    row(page, case).locator("[data-open]").click()
    page.locator("#sheet").get_by_role("button", name="Accept").click()
    expect(row(page, case)).to_contain_text("handling")
    expect(page.locator("#sheet").get_by_role("link", name="Report as handled")).to_be_visible()


def test_what_is_refused_stays_in_the_sheet_with_the_words(desk, cast):
    case = make_case(cast)
    page = desk(cast.operator, "/cases/intake/")
    row(page, case).locator("[data-open]").click()
    page.locator("#sheet").get_by_role("link", name="Merge").click()
    page.get_by_label("Number of the other case").fill("440699-20260101-000001")
    page.get_by_label("Note").fill("同一处")
    page.locator("#sheet").get_by_role("button", name="Merge").click()
    expect(page.locator("#sheet .errors")).to_be_focused()
    expect(page.get_by_label("Note")).to_have_value("同一处")


def test_filters_apply_as_they_are_set_and_stay_in_the_address(desk, cast):
    with clock.at(clock.now() - timedelta(hours=3)):
        late = make_case(cast)
    make_case(cast, case_class=cast.city.other_class)
    page = desk(cast.leader, "/cases/")
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(2)
    page.get_by_label("Time left").select_option("red")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"light=red"))
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Show all").click()
    expect(rows).to_have_count(2)
    # A major class opens the choice of its classes.
    page.get_by_label("Major class").select_option(label="市容环境")
    expect(page.get_by_label("Class", exact=True)).to_contain_text("暴露垃圾")
    expect(rows).to_have_count(1)
    page.go_back()
    expect(rows).to_have_count(2)
    page.locator("[data-search]").fill(late.number)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/cases/{late.number}/"))


def test_several_statuses_are_ticked_without_the_menu_closing(desk, cast):
    for status in (Status.CLOSED, Status.VOID, Status.REPORTED):
        case_in(status, cast)
    page = desk(cast.leader, "/cases/")
    page.locator("#filter-status").click()
    page.get_by_label("closed").check()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_label("void").check()
    expect(page.locator("[data-row]")).to_have_count(2)


def test_thirty_rows_stand_on_the_screen(desk, cast):
    cases_with_time_left(cast, 34)
    page = desk(cast.operator, "/cases/intake/", FULL_HD)
    bottom = page.locator("[data-row]").nth(29).bounding_box()
    foot = page.locator(".console__foot:has(.pages)").bounding_box()
    assert bottom["y"] + bottom["height"] <= foot["y"]


def test_a_place_is_corrected_with_the_arrow_keys(desk, cast):
    case = make_case(cast)
    before = case.point
    page = desk(cast.operator, f"/cases/{case.number}/amend/")
    box = page.locator("[data-map].leaflet-container")
    box.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-where]")).to_contain_text(cast.city.grid.name)
    page.get_by_role("button", name="Correct").click()
    expect(page).to_have_url(re.compile(f"/cases/{case.number}/$"))
    case.refresh_from_db()
    assert before.x < case.point.x < before.x + 0.002
    assert case.point.y == pytest.approx(before.y, abs=1e-5)


def test_on_a_narrow_screen_a_row_opens_its_page_with_the_steps_under_the_thumb(desk, cast):
    case = make_case(cast, photos=stored(cast.inspector))
    page = desk(cast.operator, "/cases/intake/", PHONE)
    row(page, case).locator("[data-open]").click()
    expect(page).to_have_url(re.compile(f"/cases/{case.number}/$"))
    register = page.get_by_role("link", name="Register")
    expect(register).to_be_in_viewport()
    assert register.bounding_box()["height"] >= 44
    register.click()
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".case-head")).to_contain_text("registered")


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_rows_are_whole_and_the_navigation_is_one_row(desk, cast, width):
    case = make_case(
        cast, description="很长的描述" * 20, photos=stored(cast.inspector), address="很长的地址" * 10
    )
    page = desk(cast.operator, "/cases/", {"width": width, "height": 844})
    expect(row(page, case)).to_be_visible()
    assert page.evaluate(CUT_OFF) == []
    for words in (case.number, "路灯", "很长的地址", "left", "reported"):
        expect(row(page, case).get_by_text(words).first).to_be_visible()
    places = page.locator(".nav__item")
    boxes = [place.bounding_box() for place in places.all()]
    assert len({box["y"] for box in boxes}) == 1
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    # It scrolls, and where we are is in sight.
    expect(page.locator(".nav__item[aria-current]")).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("viewport", [DESK, PHONE])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_nothing_overflows_and_nothing_breaks_the_policy(open_as, cast, viewport, language):
    case = case_in(Status.HANDLED, cast, photos=stored(cast.inspector), address="很长的地址" * 20)
    waiting = make_case(cast, description="很长的描述" * 40)
    faults = []
    for person, addresses in {
        cast.operator: [
            "/cases/intake/",
            "/cases/",
            f"/cases/{waiting.number}/",
            f"/cases/{waiting.number}/amend/",
        ],
        cast.grid_leader: [f"/cases/{case.number}/", f"/cases/{case.number}/verify/", "/map/"],
        cast.supervisor: ["/dispatch/supervision/", f"/cases/{case.number}/void/"],
    }.items():
        page = open_as(person, "/me/", viewport=viewport, locale=language)
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        for address in addresses:
            page.goto(address, wait_until="networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                faults.append(f"{address} is {wide} px too wide")
    assert faults == []


def test_who_logged_in_again_in_another_window_loses_nothing_typed_in_this_one(desk, cast):
    case = make_case(cast)
    page = desk(cast.operator, f"/cases/{case.number}/comment/")
    page.fill("[name=text]", "请尽快核实")
    home = page.url.partition("/cases/")[0]  # the cookie is for the whole site
    # A new log-in brings another token with it.
    page.context.add_cookies([{"name": "csrftoken", "value": "x" * 32, "url": home}])
    page.locator("form#step .button--primary").click()
    page.wait_for_url(f"**/cases/{case.number}/")
    assert case.events.filter(note="请尽快核实").count() == 1
    # From a swapped part as well.
    page.goto("/cases/intake/")
    started(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#sheet .actions__apart summary").click()
    page.locator("#sheet [href$='/comment/']").click()
    page.locator("#sheet [name=text]").fill("再看一次")
    page.context.add_cookies([{"name": "csrftoken", "value": "y" * 32, "url": home}])
    page.locator("#sheet form#step .button--primary").click()
    expect(page.locator("#sheet")).to_contain_text("再看一次")


def test_however_many_places_there_are_oneself_is_in_sight_and_so_is_what_can_be_searched(desk, cast):
    SavedFilter.objects.bulk_create(
        SavedFilter(user=cast.supervisor, name=f"筛选{n}", query=f"q={n}", position=n) for n in range(12)
    )
    page = desk(cast.supervisor, "/responsibilities/")
    expect(page.locator(".console__me")).to_be_in_viewport(ratio=1)
    expect(page.locator(".nav__item[aria-current]")).to_be_in_viewport(ratio=0.9)
    field = page.locator("[data-search]")
    field.fill(field.get_attribute("placeholder"))
    # An empty one has no button to clear it.
    field.evaluate("field => { field.type = 'text'; }")
    assert field.evaluate("field => field.scrollWidth <= field.clientWidth")


def test_a_row_has_all_its_seven_parts_in_sight_at_1280(desk, cast):
    case = case_in(Status.HANDLING, cast, photos=stored(cast.inspector))
    Case.objects.filter(pk=case.pk).update(supervised_at=clock.now())
    page = desk(cast.supervisor, "/dispatch/supervision/", viewport={"width": 1280, "height": 800})
    for part in ("number", "class", "place", "photo", "light", "who"):
        expect(row(page, case).locator(f".cases__{part}")).to_be_in_viewport(ratio=1)
    expect(row(page, case).locator("img")).to_be_visible()
    assert cut_off(page, "#cases .cases__number") == cut_off(page, "#cases .cases__light") == []
    # And what its marks mean stands below: those that there are.
    legend = page.locator(".cases__legend > span:visible")
    expect(legend).to_have_text(["Under supervision"])


def cut_off(page: Page, selector: str) -> list[str]:
    """The words of these parts that their box cuts off."""
    return page.locator(selector).evaluate_all(
        "parts => parts.filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.innerText)"
    )
