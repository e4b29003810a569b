"""The diary in a real browser: written without signal, it arrives when there is one."""

import pytest

from gridgov import clock
from inspections.models import DiaryEntry
from tests.browser.conftest import started
from tests.browser.phone import take, until

pytestmark = pytest.mark.browser


def test_a_page_written_without_signal_arrives_later_with_its_photo(open_as, cast, photo):
    page = open_as(cast.inspector, "/m/diary/")
    started(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("textarea[name=text]").fill("三楼阿姨说水压小")
    take(page, photo())
    page.get_by_role("button", name="Write it down").tap()
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["waiting"])
    assert not DiaryEntry.objects.exists()
    without_signal = clock.now()
    page.context.set_offline(False)
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["sent"])
    entry = DiaryEntry.objects.get()
    assert (entry.text, entry.photos.count()) == ("三楼阿姨说水压小", 1)
    assert entry.written_at < without_signal
