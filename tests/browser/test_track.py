"""Following a case in a real browser: at every width, with scripts and without."""

import pytest
from playwright.sync_api import Page, expect

from cases.services import verify_case
from cases.workflow import Status
from dispatch.services import feed_back_case
from tests.browser.axe import overflows, violations
from tests.browser.conftest import OpenAs
from tests.case_factories import stored
from tests.followers import page_of, reported

pytestmark = pytest.mark.browser


def closed(cast):
    follower = reported(cast, Status.HANDLING, photo="red")
    feed_back_case(follower.case_id, actor=cast.handler, note="好了", photos=stored(cast.handler, "green"))
    verify_case(follower.case_id, actor=cast.grid_leader, passed=True, note="好了")
    return follower


def is_well_made(page: Page) -> None:
    for width in (320, 390, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        assert (width, violations(page), overflows(page)) == (width, [], [])


@pytest.mark.parametrize("scripts", [True, False])
def test_the_code_leads_to_the_questions_and_the_answer_is_thanked_for(open_as: OpenAs, cast, scripts):
    follower = closed(cast)
    page = open_as(None, "/track/", scripts=scripts)
    is_well_made(page)
    page.get_by_label("Tracking code").fill(follower.code.lower())
    page.get_by_role("button", name="Show me").click()
    page.wait_for_url(f"**{page_of(follower)}")
    expect(page.get_by_role("heading", name="It is closed")).to_be_visible()
    expect(page.get_by_role("img", name="Photo: Before")).to_be_visible()
    is_well_made(page)
    page.get_by_role("group", name="Did somebody get in touch").get_by_label("Yes").check()
    page.get_by_role("group", name="Has it been solved?").get_by_label("No").check()
    page.get_by_label("Partly satisfied").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Thank you. It was opened again")).to_be_visible()
    expect(page.get_by_role("heading", name="It is accepted")).to_be_visible()
    is_well_made(page)


def test_what_was_typed_stays_while_the_course_is_asked_for_again(open_as: OpenAs, cast):
    page = open_as(None, page_of(closed(cast)))
    page.get_by_label("What do you want to add?").fill("Half of it")
    page.evaluate(
        """() => {
            const course = document.querySelector("#course");
            course.dataset.old = "yes";
            course.setAttribute("hx-trigger", "again");
            htmx.process(course);
            htmx.ajax("GET", course.getAttribute("hx-get"), { target: course, swap: "outerHTML" });
        }"""
    )
    expect(page.locator("#course:not([data-old])")).to_be_visible()
    expect(page.get_by_label("What do you want to add?")).to_have_value("Half of it")
