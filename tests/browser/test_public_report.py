"""Citizens in a real browser: they report, join and keep a code, with scripts and without, on every size of screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case, CaseClass, CasePhoto, Follower, Publicity, Topic
from cases.tracking_codes import spaced
from tests.browser.axe import overflows, violations
from tests.browser.conftest import started
from tests.case_factories import make_case
from tests.factories import inside

pytestmark = pytest.mark.browser
SEND = ".button--wide >> nth=-1"
WIDTHS = (320, 390, 1440)


@pytest.fixture
def topic(cast) -> Topic:
    CaseClass.objects.update(publicity=Publicity.PLACE)
    return Topic.objects.create(
        name="路灯不亮", name_en="Street light", icon="lightbulb", case_class=cast.city.case_class
    )


def is_well_made(page: Page) -> None:
    """Nothing that axe finds, and nothing to be scrolled sideways, on any size of screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert (width, violations(page), overflows(page)) == (width, [], [])
    page.set_viewport_size({"width": 390, "height": 844})


def has_code(page: Page) -> Follower:
    page.wait_for_url("**/report/done/**")
    follower = Follower.objects.latest("id")
    expect(page.locator(".done__code")).to_have_text(spaced(follower.code))
    expect(page.get_by_role("img", name=re.compile("QR|二维码"))).to_be_visible()
    return follower


def test_with_a_photo_and_ones_own_position_it_is_reported_in_a_minute(open_as, cast, topic, photo) -> None:
    spot = inside(cast.city.grid)
    page = open_as(None, "/report/", at=spot)
    started(page)
    page.set_input_files("input[name=photos]", photo())
    expect(page.locator(".shot img")).to_be_visible()
    page.locator("[data-locate]").tap()
    expect(page.locator("[data-place-words]")).to_contain_text("桂城街道")
    page.get_by_label("Street light").check(force=True)
    is_well_made(page)
    page.locator(SEND).tap()
    case = has_code(page).case
    assert (case.case_class, case.grid) == (cast.city.case_class, cast.city.grid)
    assert case.point.distance(spot) < 1e-5
    assert CasePhoto.objects.count() == 1
    is_well_made(page)


def test_what_is_known_around_the_place_shows_as_soon_as_it_is_chosen_and_is_joined(
    open_as, cast, topic
) -> None:
    known = make_case(cast)
    page = open_as(None, "/report/", at=inside(cast.city.grid))
    started(page)
    page.locator("[data-locate]").tap()
    expect(page.locator("[data-nearby]")).to_contain_text(known.number)
    is_well_made(page)
    page.get_by_role("button", name="That is it").tap()
    assert has_code(page).case == known
    assert Case.objects.count() == 1


def test_the_map_chooses_a_place(open_as, cast, topic) -> None:
    page = open_as(None, "/report/")
    started(page)
    page.locator("[data-open-map]").tap()
    box = page.locator(".leaflet-container")
    expect(box).to_be_visible()
    expect(page.locator(".place__outline").first).to_be_attached()
    box.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-forget]")).to_be_visible()
    assert page.locator("[name=longitude]").input_value()
    assert violations(page) == []
    page.locator("[data-forget]").tap()
    assert page.locator("[name=longitude]").input_value() == ""


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_without_scripts_every_step_works_and_what_was_typed_comes_back(
    open_as, cast, topic, photo, locale
) -> None:
    known = make_case(cast)
    page = open_as(None, "/report/", scripts=False, locale=locale)
    is_well_made(page)
    page.set_input_files("input[name=photos]", photo())
    page.fill("[name=address]", "桂澜路 1 号")
    page.get_by_label("路灯不亮" if locale == "zh-CN" else "Street light").check(force=True)
    page.locator(SEND).click()  # there are two districts
    expect(page.locator(".errors")).to_be_visible()
    is_well_made(page)
    page.select_option("[name=street]", str(cast.city.street.pk))
    page.locator(SEND).click()
    expect(page.locator("#nearby-head")).to_be_visible()
    expect(page.locator("main")).to_contain_text(known.number)
    is_well_made(page)
    page.locator(SEND).click()
    case = has_code(page).case
    assert case.address == "桂城街道 桂澜路 1 号"
    assert CasePhoto.objects.filter(case=case).count() == 1
    is_well_made(page)
    page.goto(f"/report/join/{known.number}/")
    is_well_made(page)
