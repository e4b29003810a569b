"""Lights on the phone's pages go on with the phone's own clock, and say what the server would."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from cases.workflow import Status
from gridgov import clock
from gridgov.templatetags import ui
from tests.browser.conftest import started
from tests.case_factories import case_in

pytestmark = pytest.mark.browser

RED = re.compile(r"\blight--red\b")
LEFT = [
    timedelta(days=12, hours=5),
    timedelta(days=3, minutes=20),
    timedelta(days=1, hours=3),
    timedelta(hours=5),
    timedelta(hours=2, minutes=15),
    timedelta(minutes=59, seconds=30),
    timedelta(seconds=20),
    timedelta(0),
    timedelta(seconds=-20),
    timedelta(minutes=-75),
    timedelta(days=-2, hours=-1),
]


@pytest.fixture
def case(cast):
    return case_in(Status.HANDLED, cast)


def light_of(page: Page) -> Locator:
    return page.locator(".card .light[data-due]").first


def look(page: Page, moment: datetime) -> None:
    """The page comes back at another time by the phone's clock."""
    page.clock.set_fixed_time(moment)
    page.evaluate("dispatchEvent(new Event('pageshow'))")


@pytest.mark.parametrize(("locale", "language"), [("en", "en"), ("zh-CN", "zh-hans")])
def test_a_kept_page_says_what_the_server_would_say_now(open_as, cast, case, locale, language):
    page = open_as(cast.inspector, "/m/verify/", locale=locale)
    started(page)
    light = light_of(page)
    due = datetime.fromtimestamp(int(light.get_attribute("data-due")), UTC)
    warn = datetime.fromtimestamp(int(light.get_attribute("data-warn")), UTC)
    for left in [*LEFT, due - warn]:
        now = due - left
        look(page, now)
        with clock.at(now), translation.override(language):
            words, colour = ui.time_left(due), ui.light_colour(due, warn)
            unseen = {"green": ui._("On time:"), "yellow": ui._("Due soon:")}.get(colour, "")
        expect(light.locator(".light__words")).to_have_text(words)
        assert f"light--{colour}" in light.get_attribute("class").split()
        assert light.locator("use").get_attribute("href").endswith(f"#{colour}")
        assert (light.locator(".visually-hidden").text_content() or "").strip() == unseen


def test_it_goes_on_by_itself(open_as, cast, case):
    page = open_as(cast.inspector, "/m/")
    page.clock.install()
    page.reload()
    started(page)
    light = light_of(page)
    expect(light).not_to_have_class(RED)
    page.clock.fast_forward(24 * 3600 * 1000 * 14)
    expect(light.locator(".light__words")).to_contain_text("overdue")
    expect(light).to_have_class(RED)
