"""Following a case in a real browser: at every width, with scripts and without."""

import pytest
from playwright.sync_api import Browser, expect

from cases.services import verify_case
from cases.workflow import Status
from dispatch.services import feed_back_case
from tests.browser.axe import overflows, violations
from tests.browser.conftest import be_patient
from tests.case_factories import stored
from tests.followers import page_of, reported

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def closed(cast):
    follower = reported(cast, Status.HANDLING, photo="red")
    feed_back_case(follower.case_id, actor=cast.handler, note="好了", photos=stored(cast.handler, "green"))
    verify_case(follower.case_id, actor=cast.grid_leader, passed=True, note="好了")
    return follower


@pytest.mark.parametrize(
    ("width", "scripts"), [(320, True), (320, False), (390, True), (1440, True), (1440, False)]
)
def test_the_code_leads_to_the_questions_and_the_answer_is_thanked_for(
    chromium: Browser, live_server, cast, width, scripts
):
    follower = closed(cast)
    context = chromium.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": 800},
        locale="en",
        java_script_enabled=scripts,
        service_workers="block",
    )
    be_patient(context, has_modules=scripts)
    page = context.new_page()
    page.goto("/track/")
    assert violations(page) == []
    assert overflows(page) == []
    page.get_by_label("Tracking code").fill(follower.code.lower())
    page.get_by_role("button", name="Show me").click()
    expect(page).to_have_url(f"{live_server.url}{page_of(follower)}")
    expect(page.get_by_role("heading", name="It is closed")).to_be_visible()
    expect(page.get_by_role("img", name="Photo: Before")).to_be_visible()
    assert violations(page) == []
    assert overflows(page) == []
    page.get_by_role("group", name="Did somebody get in touch").get_by_label("Yes").check()
    page.get_by_role("group", name="Has it been solved?").get_by_label("No").check()
    page.get_by_label("Partly satisfied").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Thank you. It was opened again")).to_be_visible()
    expect(page.get_by_role("heading", name="It is accepted")).to_be_visible()
    assert violations(page) == []
    assert overflows(page) == []
    context.close()


def test_what_was_typed_stays_while_the_course_is_asked_for_again(chromium: Browser, live_server, cast):
    follower = closed(cast)
    context = chromium.new_context(base_url=live_server.url, locale="en", service_workers="block")
    be_patient(context)
    page = context.new_page()
    page.clock.install()
    page.goto(page_of(follower))
    page.get_by_label("What do you want to add?").fill("Half of it")
    page.evaluate("document.querySelector('#course').dataset.old = 'yes'")
    page.clock.fast_forward(61_000)
    expect(page.locator("#course:not([data-old])")).to_be_visible()
    expect(page.get_by_label("What do you want to add?")).to_have_value("Half of it")
    context.close()
