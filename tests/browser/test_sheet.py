"""Steps taken in the sheet beside a list, as the people of the console take them."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from cases.models import Condition, Limit
from cases.workflow import Status
from dispatch import services
from gridgov.worktime import Unit
from grids.models import AreaLevel
from tests.browser.conftest import DESK, started
from tests.case_factories import case_in, make_case
from tests.factories import make_organisation

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(open_as):
    """A list with the sheet of one of its cases open."""

    def opened(user, path: str, case) -> Page:
        page = open_as(user, path, viewport=DESK)
        page.wait_for_load_state("networkidle")
        started(page)
        page.locator(f"#open-{case.pk}").click()
        expect(page.locator("#sheet .case-head")).to_contain_text(case.number)
        return page

    return opened


@pytest.mark.parametrize("step", ["Register", "Correct"])
def test_another_condition_or_class_changes_the_limit_alone(opened, cast, step):
    case = make_case(cast)
    slow = Condition.objects.create(case_class=cast.city.case_class, text="主干道以外", position=2)
    Limit.objects.create(condition=slow, level=AreaLevel.COMMUNITY, amount=Decimal(48), unit=Unit.URGENT_HOUR)
    page = opened(cast.operator, "/cases/intake/", case)
    sheet = page.locator("#sheet")
    if step == "Correct":
        sheet.locator(".menu > summary").click()
    sheet.get_by_role("link", name=step).click()
    limit = sheet.locator("#class-limit")
    with page.expect_response("**/limit/**"):
        sheet.get_by_label("主干道以外").check()
    expect(limit).to_contain_text(re.compile("48|2 days"))
    expect(sheet.locator("form#step")).to_be_visible()
    sheet.get_by_label("Search for another class").fill(cast.city.other_class.name)
    with page.expect_response("**/limit/**"):
        sheet.get_by_label(cast.city.other_class.name).check()
    expect(limit).to_contain_text(cast.city.other_class.conditions.get().text)
    sheet.get_by_role("button", name=step).click()
    expect(sheet.locator(".case-head")).to_contain_text(cast.city.other_class.name)
    case.refresh_from_db()
    assert case.case_class == cast.city.other_class


def test_after_a_step_every_count_is_right_and_no_row_moves(opened, cast):
    first = case_in(Status.REGISTERED, cast)
    second = case_in(Status.REGISTERED, cast)
    page = opened(cast.dispatcher, "/dispatch/", second)
    waiting = page.locator("[data-count='dispatch:dispatch_list']")
    tab, hint = page.locator(".tabs__tab .count"), page.locator(".pages__hint")
    expect(waiting).to_have_text("2")
    expect(hint).to_have_text("2 cases")
    page.locator("#sheet").get_by_role("link", name="Dispatch").click()
    before = page.locator(f"#case-{first.pk}").bounding_box()
    page.locator("#sheet").get_by_role("button", name="Dispatch").click()
    expect(page.locator("#messages .message--success")).to_be_in_viewport(ratio=1)
    expect(waiting).to_have_text("1")
    expect(tab.first).to_have_text("1")
    expect(tab.nth(3)).to_have_text("1")
    expect(hint).to_have_text("1 case")
    assert page.locator(f"#case-{first.pk}").bounding_box() == before
    page.locator("#messages").get_by_role("button", name="Close").click()
    expect(page.locator("#messages .message")).to_have_count(0)


def test_a_step_that_came_too_late_says_so_in_the_sheet_and_leads_to_the_case(opened, cast):
    case = case_in(Status.REGISTERED, cast)
    page = opened(cast.dispatcher, "/dispatch/", case)
    sheet = page.locator("#sheet")
    sheet.get_by_role("link", name="Dispatch").click()
    expect(sheet.locator("form#step")).to_be_visible()
    services.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.team)
    sheet.get_by_role("button", name="Dispatch").click()
    told = sheet.locator(".overtaken")
    expect(told).to_be_in_viewport(ratio=1)
    expect(told).to_be_focused()
    expect(told).to_contain_text("Nothing was overwritten")
    told.get_by_role("link", name="To the case").click()
    expect(sheet.locator(".case-head")).to_contain_text("dispatched")
    expect(page.locator(f"#case-{case.pk}")).to_contain_text("dispatched")


def test_whoever_was_logged_out_meanwhile_gets_the_way_to_log_in(opened, cast):
    page = opened(cast.operator, "/cases/intake/", make_case(cast))
    page.context.clear_cookies(name="sessionid")
    page.locator("#sheet").get_by_role("link", name="Register").click()
    failure = page.locator(".message--error")
    expect(failure).to_contain_text("You have been logged out")
    expect(failure.get_by_role("link", name="Log in")).to_have_attribute("href", "/login/")


def test_a_step_that_came_too_late_on_its_page_says_so_in_sight(open_as, cast):
    for number in range(12):
        make_organisation(cast.city.street, "department", name=f"街道第{number}科")
    case = case_in(Status.REGISTERED, cast)
    page = open_as(cast.dispatcher, f"/cases/{case.number}/dispatch/", viewport=DESK)
    page.wait_for_load_state("networkidle")
    services.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.team)
    send = page.get_by_role("button", name="Dispatch")
    send.click()
    told = page.locator(".overtaken")
    expect(told).to_be_focused()
    expect(told).to_be_in_viewport(ratio=1)
    expect(told).to_contain_text("no longer possible")
