"""The diary in a real browser: written without signal, it arrives when there is one."""

import pytest
from playwright.sync_api import expect

from inspections.models import DiaryEntry
from tests.browser.phone import take, until

pytestmark = pytest.mark.browser


def test_a_page_written_without_signal_arrives_later_with_its_photo(open_as, cast, photo):
    page = open_as(cast.inspector, "/m/diary/")
    expect(page.get_by_role("button", name="Write it down")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("textarea[name=text]").fill("三楼阿姨说水压小")
    take(page, photo())
    page.get_by_role("button", name="Write it down").tap()
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["waiting"])
    assert not DiaryEntry.objects.exists()
    page.context.set_offline(False)
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["sent"])
    entry = DiaryEntry.objects.get()
    assert (entry.text, entry.photos.count()) == ("三楼阿姨说水压小", 1)
