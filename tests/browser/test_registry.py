"""The registry in the browser: found on the phone, looked at for a purpose, narrowed at the desk."""

import re

import pytest
from playwright.sync_api import expect

from gridgov import clock
from grids.models import ObjectKind, Resident, ResidentLook
from grids.services.residents import save_resident
from tests.browser.conftest import DESK
from tests.registry_factories import make_object, make_type

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def home(cast):
    made = make_object(
        cast.city.grid, type=make_type("home", ObjectKind.DWELLING), code="HOME-1", name="演示出租屋 1"
    )
    resident = Resident(
        dwelling=made, name="演示住户甲", phone="10000001234", service="tenancy", since=clock.today()
    )
    save_resident(resident, actor=None)
    make_object(cast.city.grid, type=make_type(), name="演示早餐店")
    return made


def test_an_inspector_finds_a_home_and_looks_at_a_resident_for_a_purpose(open_as, cast, home):
    page = open_as(cast.inspector, "/registry/")
    expect(page.locator(".card")).to_have_count(2)
    page.get_by_role("searchbox").fill("出租屋")
    expect(page.locator(".card")).to_have_count(1)
    page.get_by_role("link", name="演示出租屋 1").click()
    expect(page.locator(".object__map path.map-point")).to_be_visible()
    expect(page.get_by_role("link", name="Visit")).to_have_attribute("href", "/m/visit/?object=HOME-1")
    expect(page.locator("body")).not_to_contain_text("演示住户甲")
    page.get_by_text("Show in full").click()
    page.get_by_label("What do you need it for?").fill("上门登记")
    page.get_by_role("button", name="Show this record").click()
    expect(page.get_by_text("演示住户甲")).to_be_visible()
    assert ResidentLook.objects.get().purpose == "上门登记"


def test_at_the_desk_the_list_narrows_in_place_and_offers_the_areas_below(open_as, cast, home):
    page = open_as(cast.operator, "/registry/", viewport=DESK)
    page.context.add_cookies([{"name": "posture", "value": "console", "url": page.url}])
    page.reload()
    expect(page.locator("tr[data-row]")).to_have_count(2)
    beside = page.get_by_label("Area").locator(f"option[value='{cast.city.other_grid.code}']")
    expect(beside).to_have_count(1)
    page.get_by_label("Kind").select_option("premises")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_label("Area").select_option(cast.city.grid.code)
    expect(page).to_have_url(re.compile(f"area={cast.city.grid.code}"))
    expect(beside).to_have_count(0)
    page.get_by_role("link", name="Map", exact=True).last.click()
    expect(page).to_have_url(re.compile("kind=premises"))
    expect(page.locator(".map-dot")).to_have_count(1)


@pytest.fixture
def desk(open_as, cast, home):
    """The list of objects at a desk, its modules started."""
    page = open_as(cast.operator, "/registry/", viewport=DESK)
    page.context.add_cookies([{"name": "posture", "value": "console", "url": page.url}])
    page.reload()
    expect(page.locator("#filters [data-without-js]")).to_be_hidden()
    return page


def test_back_takes_away_one_filter_at_a_time(desk):
    desk.get_by_label("Kind").select_option("premises")
    expect(desk).to_have_url(re.compile("kind=premises"))
    expect(desk.locator("tr[data-row]")).to_have_count(1)
    desk.get_by_label("State").select_option("in_use")
    expect(desk).to_have_url(re.compile("state=in_use"))
    for left, rows in (("premises", 1), ("", 2)):
        desk.go_back()
        expect(desk.get_by_label("Kind")).to_have_value(left)
        expect(desk.get_by_label("State")).to_have_value("")
        expect(desk.locator("tr[data-row]")).to_have_count(rows)


def test_back_takes_away_a_word_that_was_typed_at_once(open_as, cast, home):
    page = open_as(cast.inspector, "/registry/")
    expect(page.locator("#filters [data-without-js]")).to_be_hidden()
    words, before = page.get_by_role("searchbox"), page.evaluate("history.length")
    words.press_sequentially("演示出租")
    expect(page).to_have_url(re.compile("q=%E6%BC%94%E7%A4%BA%E5%87%BA%E7%A7%9F&"))
    # Typed on after a pause, and then sent by hand though nothing has changed.
    words.press_sequentially("屋")
    expect(page).to_have_url(re.compile("q=%E6%BC%94%E7%A4%BA%E5%87%BA%E7%A7%9F%E5%B1%8B&"))
    with page.expect_response(re.compile("/registry/\\?")):
        words.press("Enter")
    expect(page.locator(".card")).to_have_count(1)
    assert page.evaluate("history.length") == before + 1
    page.go_back()
    expect(words).to_have_value("")
    expect(page.locator(".card")).to_have_count(2)


def test_a_look_that_is_reloaded_is_neither_shown_nor_written_again(open_as, cast, home):
    page = open_as(cast.inspector, "/registry/HOME-1/")
    page.get_by_text("Show in full").click()
    page.get_by_label("What do you need it for?").fill("上门登记")
    page.get_by_role("button", name="Show this record").click()
    expect(page.get_by_text("演示住户甲")).to_be_visible()
    page.reload()
    expect(page.get_by_text("was shown once")).to_be_visible()
    expect(page.get_by_text("演示住户甲")).to_have_count(0)
    assert ResidentLook.objects.count() == 1
