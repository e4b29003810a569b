"""A step that somebody else took while there was no signal: what was seen and said goes into the case as a comment."""

import pytest
from playwright.sync_api import expect

from cases.services import verify_case
from cases.workflow import Status
from tests.browser.conftest import started
from tests.browser.phone import PATIENCE, answer_of, card, take, until
from tests.case_factories import case_in

pytestmark = pytest.mark.browser


def test_a_verification_that_came_too_late_is_sent_as_a_comment_with_its_photo(open_as, cast, photo):
    case = case_in(Status.HANDLED, cast)
    page = open_as(cast.inspector, f"/cases/{case.number}/verify/")
    started(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    take(page, photo())
    page.fill("[name=note]", "还没修好")
    page.locator("button[name=passed][value=no]").tap()
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["waiting"])
    verify_case(case.pk, actor=cast.grid_leader, passed=True, note="已修好")
    page.context.set_offline(False)
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["refused"])
    page.goto("/m/queue/")
    card(page, "refused").get_by_role("button", name="Send as a comment").tap()
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["sent"])
    expect(card(page, "sent")).to_contain_text("Comment", timeout=PATIENCE)
    comment = case.events.get(action="comment")
    assert "还没修好" in comment.note
    assert comment.actor == cast.inspector
    assert comment.photos.count() == 1
    case.refresh_from_db()
    assert comment.done_at < case.closed_at < comment.at


def test_a_note_that_fills_its_field_is_sent_with_what_was_decided(open_as, cast):
    case = case_in(Status.HANDLED, cast)
    page = open_as(cast.inspector, f"/cases/{case.number}/verify/")
    started(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    # As long as the API takes it; the field of today holds less.
    page.locator("[name=note]").evaluate("(field) => { field.value = '漏'.repeat(2000); }")
    page.locator("button[name=passed][value=no]").tap()
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["waiting"])
    verify_case(case.pk, actor=cast.grid_leader, passed=True, note="已修好")
    page.context.set_offline(False)
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["refused"])
    page.goto("/m/queue/")
    card(page, "refused").get_by_role("button", name="Send as a comment").tap()
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["sent"])
    comment = case.events.get(action="comment")
    assert len(comment.note) == 2000
    assert "Not solved: 漏" in comment.note


def test_what_only_lacks_something_is_mended_not_commented(open_as, cast):
    case = case_in(Status.HANDLED, cast)
    page = open_as(cast.inspector, "/m/queue/")
    answer_of(
        page,
        """async (number) => {
          const { enqueue } = await import("/static/gridgov/js/phone/queue.js");
          await enqueue({ kind: "verify", title: "x", url: `/api/v1/cases/${number}/verify/`, body: { passed: "maybe" } });
        }""",
        case.number,
    )
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["refused"])
    expect(card(page, "refused").locator("[data-delete]")).to_be_visible(timeout=PATIENCE)
    expect(card(page, "refused").locator("[data-comment]")).to_be_hidden()
