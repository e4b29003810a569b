"""A step at the desk that somebody else took meanwhile: the page shows the case as it stands, and no form."""

import pytest
from playwright.sync_api import expect

from cases.workflow import Status
from dispatch.services import recall_case
from tests.browser.conftest import DESK, started
from tests.case_factories import case_in

pytestmark = pytest.mark.browser


def test_what_is_no_longer_possible_takes_the_place_of_its_form(open_as, cast):
    case = case_in(Status.DISPATCHED, cast)
    page = open_as(cast.dispatcher, f"/cases/{case.number}/recall/", viewport=DESK)
    started(page)
    expect(page.locator(".case-head__who")).to_contain_text(str(case.unit))
    page.fill("[name=reason]", "第二人")
    recall_case(case.pk, actor=cast.dispatcher, reason="第一人")
    page.locator("#step .actions button").click()
    told = page.locator(".overtaken")
    expect(told).to_be_focused()
    expect(told).to_contain_text("第二人")
    expect(page.locator("#step")).to_have_count(0)
    expect(page.locator(".case-head__who")).not_to_contain_text(str(case.unit))
