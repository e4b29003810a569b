"""The duty rota as it is filled with the mouse: what one sees is what is kept."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, started

pytestmark = pytest.mark.browser


def test_a_shift_that_was_pressed_is_said_there_and_stands_after_loading_anew(open_as, cast):
    page = open_as(cast.grid_leader, "/dispatch/rota/", viewport=DESK)
    started(page)
    page.get_by_role("link", name="Week after").click()
    started(page)
    cell = page.locator("[id^='cell-seat']").first
    expect(cell).to_contain_text("nobody")
    cell.click()
    said = page.locator("#messages")
    expect(said).to_contain_text("night on")
    page.reload()
    started(page)
    expect(cell).to_contain_text(str(cast.operator))
    expect(said).to_be_empty()
    cell.click()
    expect(said).to_contain_text("is off on")
    expect(cell).to_contain_text("nobody")
