"""Scores on a phone: read and appealed against with one hand, nothing out of sight."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from assessment.kinds import Kind
from assessment.models import Correction
from cases.workflow import Status
from gridgov import clock
from tests.assessment.published import last_days, published
from tests.browser.test_phone_pages import too_small, too_wide
from tests.case_factories import case_in

pytestmark = pytest.mark.browser
NAME = "物流产业园沙头片第二片区社区综合行政执法和应急处置联合工作队"


@pytest.fixture
def score(cast):
    """The published score of a unit with a long name: one case closed, one that is not."""
    cast.city.team.name = NAME
    cast.city.team.save()
    with clock.at(clock.now() - timedelta(days=4)):
        for status in (Status.CLOSED, Status.HANDLED):
            case_in(status, cast)
    codes = ["closing_rate", "rework_rate", "filed_count", "whistle_rate"]
    period = published(Kind.UNIT, *last_days(), cast.supervisor, codes, is_public=True)
    score = period.scores.get(organisation=cast.city.team)
    Correction.objects.create(
        score=score,
        at=clock.now(),
        by=cast.supervisor,
        reason="断电",
        points_before=score.points,
        points_after=99,
    )
    return score


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_score_and_its_rows_fit_the_screen_and_the_thumb(open_as, cast, score, language):
    page = open_as(cast.handler, "/m/", locale=language)
    faults = []
    for address in (
        "/assessment/mine/",
        f"/assessment/scores/{score.pk}/closing_rate/?of=rest",
        "/assessment/",
        "/assessment/appeals/",
        f"/open/scores/{score.pk}/",
        "/open/scores/",
    ):
        page.goto(address, wait_until="networkidle")
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 700})
            faults += [(address, width, fault) for fault in too_wide(page) + too_small(page)]
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        faults += [(address, "text twice as large", fault) for fault in too_wide(page)]
    assert not faults, "\n".join(map(str, faults))


def test_from_what_cost_points_to_the_appeal_and_back(open_as, cast, score):
    page = open_as(cast.handler, "/assessment/mine/")
    page.set_viewport_size({"width": 320, "height": 700})
    page.locator(".losses a", has_text="Rate of closed").click()
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("in time · not verified yet")
    appeal = row.get_by_role("link", name="Appeal")
    box = appeal.bounding_box()
    assert box["x"] + box["width"] <= 320
    appeal.click()
    page.get_by_role("textbox").fill("断电,进不去")
    page.get_by_role("button", name="Appeal").click()
    expect(page.locator("body")).to_contain_text("two people look at it")
    page.get_by_role("link", name="Rate of closed").click()
    page.goto(f"/assessment/scores/{score.pk}/closing_rate/?of=rest")
    expect(page.get_by_role("link", name="See the appeal")).to_be_visible()
