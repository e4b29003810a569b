"""Reporting something at an object: its page leads there, with signal and without, and nothing is typed twice."""

import pytest
from playwright.sync_api import expect

from cases.models import Case
from tests.browser.phone import SEND, SENT, expect_counts, until, until_true
from tests.browser.test_offline_objects import KEPT, without_signal
from tests.browser.test_phone_pages import too_small, too_wide
from tests.factories import inside
from tests.inspection_factories import make_checklist
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.browser
REPORT = "Report here"


@pytest.fixture
def shop(cast):
    shop = make_object(cast.city.grid, make_type(), name="演示商铺", code="SHOP-1", address="桂澜路 8 号")
    make_checklist([shop.type], [{}], department=cast.city.district_department)
    return shop


def away(area):
    point = inside(area)
    point.x += 0.0004
    return point


def test_an_objects_page_leads_to_a_report_with_its_name_and_place(open_as, cast, shop):
    page = open_as(cast.inspector, "/registry/SHOP-1/", at=away(cast.city.grid))
    assert too_wide(page) == []
    assert too_small(page) == []
    page.get_by_role("link", name=REPORT).tap()
    expect(page.locator("[data-module=report-about]")).to_contain_text("演示商铺")
    expect(page.get_by_text("The place of the object.")).to_be_visible()
    expect(page.locator("[data-place]")).to_contain_text("第一网格")
    expect(page.locator("[name=device_longitude]")).not_to_have_value("")
    page.fill("[name=description]", "招牌松动")
    page.locator(SEND).tap()
    page.wait_for_url(SENT)
    case = Case.objects.get()
    assert (case.object, case.address) == (shop, "桂澜路 8 号")
    assert case.point.distance(shop.point) < 1e-6
    assert case.device_point.distance(away(cast.city.grid)) < 1e-6


def test_a_report_about_something_else_leaves_the_object_out(open_as, cast, shop):
    page = open_as(cast.inspector, "/m/report/?object=SHOP-1", at=inside(cast.city.grid))
    page.get_by_role("button", name="About something else").tap()
    expect(page.locator("[data-module=report-about]")).to_be_hidden()
    page.fill("[name=description]", "积水")
    page.locator(SEND).tap()
    page.wait_for_url(SENT)
    assert Case.objects.get().object is None


def test_a_draft_about_one_object_comes_back_there_and_nowhere_else(open_as, cast, shop):
    make_object(cast.city.grid, shop.type, name="另一家", code="SHOP-2")
    page = open_as(cast.inspector, "/m/report/?object=SHOP-1", at=inside(cast.city.grid))
    page.fill("[name=description]", "招牌松动")
    until(page, lambda queue: any(field["value"] == "招牌松动" for field in queue["items"][0]["fields"]))
    page.goto("/m/report/?object=SHOP-2")
    expect(page.locator("[data-shown]")).to_have_text("另一家")
    expect(page.locator("[name=description]")).to_have_value("")
    page.goto("/m/report/?object=SHOP-1")
    expect(page.locator("[name=description]")).to_have_value("招牌松动")
    expect(page.locator("[name=object]")).to_have_value("SHOP-1")


def test_without_signal_the_kept_profile_leads_to_a_report_that_knows_its_object(open_as, cast, shop):
    page = open_as(cast.inspector, "/m/", at=away(cast.city.grid), service_workers="allow")
    for path in ("/m/report/", "/m/queue/"):
        until_true(page, f"({KEPT})({path!r})")
    without_signal(page)
    page.goto("/m/object/?object=SHOP-1")
    page.get_by_role("link", name=REPORT).tap()
    expect(page.locator("[data-shown]")).to_have_text("SHOP-1")
    expect(page.get_by_text("The place of the object.")).to_be_visible()
    page.fill("[name=description]", "招牌松动")
    page.locator(SEND).tap()
    page.wait_for_url("**/m/queue/")
    expect_counts(page, waiting=1)
    page.context.set_offline(False)
    expect_counts(page, sent=1)
    case = Case.objects.get()
    assert (case.object, case.address) == (shop, "桂澜路 8 号")
    assert case.point.distance(shop.point) < 1e-5
