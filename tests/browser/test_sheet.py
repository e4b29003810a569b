"""Steps taken in the sheet beside a list, as the people of the console take them."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from cases.models import Condition, Limit
from cases.workflow import Status
from gridgov.worktime import Unit
from grids.models import AreaLevel
from tests.browser.conftest import DESK
from tests.case_factories import case_in, make_case

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(open_as):
    """A list with the sheet of one of its cases open."""

    def opened(user, path: str, case) -> Page:
        page = open_as(user, path, viewport=DESK)
        page.wait_for_load_state("networkidle")
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
