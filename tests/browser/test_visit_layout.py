"""The page of a visit on small phones and with large letters: nothing cut off, covered or too small for a thumb."""

import os

import pytest
from playwright.sync_api import Page, expect

from tests.browser.phone import files, photos_ready, until
from tests.browser.test_phone_pages import too_small
from tests.inspection_factories import make_checklist
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.browser

SIZES = [(390, 844, "100%"), (320, 568, "100%"), (390, 844, "200%"), (320, 568, "200%")]
LONG = "餐饮油烟未经净化直排或净化设施未清洗，排烟口朝向居民楼、人行道"
LONG_EN = "Cooking fumes let out unfiltered, or the filter not cleaned, towards homes or the footway"


@pytest.fixture
def restaurant(cast):
    """A restaurant with long words, asked by two departments."""
    shop = make_object(
        cast.city.grid,
        make_type("restaurant", name="食品经营与餐饮", name_en="restaurant or food shop"),
        name="演示·佛山市南海区桂城街道好味道肠粉早茶餐饮服务有限公司第三分店",
        address="佛山市南海区桂城街道桂澜中路 123 号怡翠花园商业街 45 号铺",
        risk="major",
    )
    for department, name, name_en in (
        (cast.city.district_department, "三小场所消防检查清单", "Fire safety of small shops and workshops"),
        (cast.city.street_department, "门前市容检查清单", "Order in front of shops"),
    ):
        make_checklist(
            [shop.type],
            [
                {
                    "question": LONG,
                    "question_en": LONG_EN,
                    "days_major": 7,
                    "severity": "major",
                    "may_settle": True,
                    "rule": "大气污染防治法；城市市容和环境卫生管理条例",
                },
                {"question": "招牌破损", "question_en": "Sign broken", "days_major": 7},
                {"question": "通道是否畅通", "question_en": "Way out free", "days_major": 7},
                {"question": "不常问的", "question_en": "Asked seldom"},
            ],
            department=department,
            name=name,
            name_en=name_en,
        )
    return shop


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(("width", "height", "letters"), SIZES)
def test_nothing_is_cut_off_covered_or_too_small(open_as, cast, restaurant, width, height, letters, language):
    far = restaurant.point.clone()
    far.y += 0.01
    page = open_as(
        cast.inspector,
        f"/m/visit/?object={restaurant.code}",
        at=far,
        accuracy=80,
        viewport={"width": width, "height": height},
        locale=language,
        color_scheme="light",
    )
    expect(page.locator("[data-finish]")).to_be_visible()
    page.evaluate("size => document.documentElement.style.fontSize = size", letters)
    look(page, f"{language}_{width}_{letters[:3]}_1open")
    first = page.locator("[data-item]").first
    first.locator("label:has([data-result=abnormal])").tap()
    first.locator("[data-camera=before]").set_input_files(files(2))
    first.locator("label:has([data-way=settle])").tap()
    first.locator("[data-camera=after]").set_input_files(files(3)[2:])
    until(page, photos_ready(3))
    expect(first.locator(".shot")).to_have_count(3)
    page.locator("[data-later] > summary").first.tap()
    page.locator("[data-lists] [data-all-normal]").last.tap()
    look(page, f"{language}_{width}_{letters[:3]}_2found")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert too_small(page) == []
    assert page.evaluate(OVERLAPPING) == []
    assert page.evaluate(CUT_OFF) == []
    page.locator("[data-finish]").tap()
    expect(page.locator("[data-away] [data-problem]")).to_be_visible()
    look(page, f"{language}_{width}_{letters[:3]}_3lacks")
    assert page.evaluate(COVERED) == []


@pytest.mark.parametrize(("width", "height", "letters"), SIZES)
def test_all_normal_lies_under_the_thumb(open_as, cast, restaurant, width, height, letters):
    page = open_as(
        cast.inspector,
        f"/m/visit/?object={restaurant.code}",
        at=restaurant.point,
        viewport={"width": width, "height": height},
    )
    expect(page.locator("[data-finish]")).to_be_visible()
    page.evaluate("size => document.documentElement.style.fontSize = size", letters)
    for button in page.locator("[data-all-normal]:visible").all():
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        # Under the right thumb, whichever column its words leave it.
        assert box["x"] + box["width"] > width * 0.75
        assert box["height"] >= 44


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        page.screenshot(path=f"{folder}/{name}_screen.png")


# Buttons of one photo must not lie over each other.
OVERLAPPING = """() => [...document.querySelectorAll(".shot")].filter((shot) => {
  const [one, other] = [...shot.querySelectorAll("button")].map((button) => button.getBoundingClientRect());
  return one && other && one.height && other.height && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 0.5;
}).map((shot) => shot.outerHTML)"""

# Words that are wider than what they stand in, or lie over their neighbours.
CUT_OFF = """() => [...document.querySelectorAll("main :is(button, .button, .check__answer > span, .visit__progress > *)")]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
  .map((one) => `${one.textContent.trim()} ${one.scrollWidth} > ${one.clientWidth}`)"""

# Whatever takes the focus, walked through in order, lies free of the bar at the bottom and the head.
COVERED = """() => {
  const bar = document.querySelector(".visit__actions");
  const inBar = [...bar.querySelectorAll("*")];
  const found = [];
  for (const one of document.querySelectorAll("main :is(a, button, input:not([type=file]), textarea, summary)")) {
    if (!one.checkVisibility() || inBar.includes(one)) continue;
    one.focus();
    one.scrollIntoView({ block: "nearest" });
    const box = one.getBoundingClientRect();
    const edge = bar.getBoundingClientRect().top;
    if (box.bottom > edge + 1 && box.height < edge) found.push([one.outerHTML.slice(0, 120), box.bottom, edge]);
  }
  return found;
}"""
