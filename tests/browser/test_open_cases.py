"""What everybody may know of cases in a real browser, at every width, with scripts and without; and boxes over a photo."""

import pytest
from playwright.sync_api import expect

from cases.models import CaseClass, Publicity
from gridgov.models import Photo
from tests.browser.axe import overflows, violations
from tests.browser.conftest import DESK, OpenAs, started
from tests.case_factories import make_case, stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(cast):
    """One case at its place, one told by its street."""
    CaseClass.objects.filter(pk=cast.city.case_class.pk).update(publicity=Publicity.PLACE)
    CaseClass.objects.filter(pk=cast.city.other_class.pk).update(publicity=Publicity.STREET)
    make_case(cast)
    make_case(cast, case_class=cast.city.other_class)
    return cast


@pytest.mark.parametrize(
    ("width", "scripts"), [(320, True), (320, False), (390, True), (390, False), (1440, True), (1440, False)]
)
def test_everybody_finds_a_case_and_the_figures(open_as: OpenAs, town, width, scripts):
    page = open_as(None, "/open/", viewport={"width": width, "height": 800}, scripts=scripts)
    map_ = page.get_by_role("region", name="Map. The list below shows the same.")
    if scripts:
        expect(page.locator("[data-drawn]")).to_be_visible()
        expect(page.locator(".open-dot")).to_have_count(1)
        expect(page.locator(".open-street")).to_have_text("1")
    else:
        expect(map_).to_be_hidden()
        page.get_by_label("Class group").select_option(label="公用设施")
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("link", name="暴露垃圾")).to_have_count(0)
    assert violations(page) == []
    assert overflows(page) == []
    page.get_by_role("link", name="路灯").click()
    expect(page.get_by_role("heading", name="路灯")).to_be_visible()
    expect(page.get_by_text("It was reported")).to_be_visible()
    assert violations(page) == []
    assert overflows(page) == []
    page.goto("/open/figures/")
    expect(page.get_by_role("heading", name="Open figures")).to_be_visible()
    assert violations(page) == []
    assert overflows(page) == []


def test_a_dot_opens_its_case(open_as: OpenAs, town):
    page = open_as(None, "/open/", viewport=DESK)
    expect(page.locator("[data-drawn]")).to_be_visible()
    page.locator(".open-dot").click(force=True)
    expect(page.get_by_role("heading", name="路灯")).to_be_visible()


def test_boxes_are_drawn_by_mouse_and_keys_and_filled(open_as: OpenAs, town):
    photos = stored(town.inspector, "red")
    case = make_case(town, photos=photos)
    page = open_as(town.operator, f"/cases/{case.number}/photos/{photos[0].pk}/redact/", viewport=DESK)
    started(page)
    room = page.locator("[data-canvas]").bounding_box()
    page.mouse.move(room["x"] + room["width"] * 0.1, room["y"] + room["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(room["x"] + room["width"] * 0.4, room["y"] + room["height"] * 0.5)
    page.mouse.up()
    page.get_by_role("button", name="Add a box").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    numbers = [field.input_value() for field in page.locator(".redact__row input").all()]
    assert [round(float(number)) for number in numbers[:2]] == [10, 10]
    assert numbers[4:8] == ["41.0", "40.0", "20.0", "21.0"]
    page.keyboard.press("Delete")
    assert page.locator(".redact__row input").nth(4).input_value() == ""
    assert violations(page) == []
    page.get_by_role("button", name="Blacken for good").click()
    expect(page.get_by_text("nobody is shown the photo without it")).to_be_visible()
    assert violations(page) == []
    assert Photo.objects.get(pk=photos[0].pk).redacted_by == town.operator


def test_without_scripts_the_numbers_do_the_same(open_as: OpenAs, town):
    photos = stored(town.inspector, "red")
    case = make_case(town, photos=photos)
    page = open_as(
        town.operator, f"/cases/{case.number}/photos/{photos[0].pk}/redact/", viewport=DESK, scripts=False
    )
    for name, number in (("from the left", "10"), ("from the top", "10"), ("wide", "30"), ("high", "30")):
        page.get_by_label(name).first.fill(number)
    assert violations(page) == []
    page.get_by_role("button", name="Blacken for good").click()
    expect(page.get_by_text("nobody is shown the photo without it")).to_be_visible()
