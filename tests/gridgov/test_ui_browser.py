"""The shared pages in a real browser: nothing overflows, keys work, questions are asked, the policy holds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import ARGS, PATIENCE, started, wait_for_modules

pytestmark = pytest.mark.browser

PAGES = ["/styleguide/", "/styleguide/?page=console", "/styleguide/?page=phone", "/login/"]


@pytest.fixture
def browser(live_server) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, live_server) -> Page:
    page = browser.new_page(base_url=live_server.url, locale="en", viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE)
    wait_for_modules(page)
    return page


def test_no_page_is_wider_than_the_screen_even_with_text_twice_as_large(page: Page):
    too_wide = []
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for address in PAGES:
            page.goto(address)
            for size in ("100%", "200%"):
                page.evaluate("size => document.documentElement.style.fontSize = size", size)
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    too_wide.append((address, width, size))
    assert too_wide == []


def test_the_policy_refuses_nothing_that_our_pages_do(page: Page):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for address in PAGES:
        page.goto(address, wait_until="networkidle")
    assert complaints == []


def test_a_thumb_hits_everything_on_the_phone(browser: Browser, live_server):
    page = browser.new_page(base_url=live_server.url, viewport={"width": 390, "height": 844})
    page.goto("/styleguide/?page=phone")
    small = page.evaluate("""
        () => [...document.querySelectorAll(".phone :is(a, button, summary)")].map((element) => {
          const box = element.getBoundingClientRect();
          const more = getComputedStyle(element, "::after");
          const grown = more.content !== "none" && more.position === "absolute";
          const height = grown ? Math.max(box.height, parseFloat(more.height)) : box.height;
          const width = grown ? Math.max(box.width, parseFloat(more.width)) : box.width;
          return [element.textContent.trim(), width, height];
        }).filter(([, width, height]) => width < 44 || height < 44)
    """)
    assert small == []


def test_j_and_k_walk_the_list_and_escape_closes_the_sheet(page: Page):
    page.goto("/styleguide/?page=console", wait_until="networkidle")
    started(page)
    row = "document.activeElement.closest('[data-row]')?.rowIndex"
    # The sample page opens with its third row current.
    page.keyboard.press("j")
    assert page.evaluate(row) == 4
    page.keyboard.press("k")
    assert page.evaluate(row) == 3
    page.keyboard.press("Escape")
    expect(page.locator("#sheet > *")).to_have_count(0)


def test_letters_do_nothing_once_they_are_switched_off(page: Page):
    page.goto("/styleguide/?page=console", wait_until="networkidle")
    started(page)
    page.keyboard.press("?")
    page.get_by_label("Single letters work as shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('[data-row]')") is None


def test_the_destructive_form_waits_for_a_yes(page: Page):
    page.goto("/styleguide/", wait_until="networkidle")
    form = page.locator("form[data-module=confirm-dialog]").first
    question = page.locator("#confirm")

    form.get_by_role("button").click()
    question.get_by_role("button", name="Cancel").click()
    assert "styleguide/?" not in page.url

    form.get_by_role("button").click()
    with page.expect_navigation():
        question.locator("[data-confirm-yes]").click()


def test_the_theme_stays_after_a_reload(page: Page):
    page.goto("/login/", wait_until="networkidle")
    page.get_by_title("Dark").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    expect(page.get_by_label("Dark")).to_be_checked()


def test_a_press_on_a_demo_role_fills_in_the_log_in(page: Page, settings):
    settings.DEMO = True
    page.goto("/login/", wait_until="networkidle")
    page.get_by_role("button", name="Dispatcher").click()
    expect(page.locator("[name=username]")).to_have_value("dispatcher")
    expect(page.locator("[name=password]")).to_have_value("demo-grid-2026")


def test_photos_open_large_and_close_without_closing_the_sheet(page: Page):
    page.goto("/styleguide/?page=console", wait_until="networkidle")
    page.locator("#sheet [data-photo]").first.click()
    viewer = page.locator("dialog.viewer[open]")
    expect(viewer).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(viewer.locator("[data-viewer-place]")).to_have_text("2 / 2")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(page.locator("#sheet > *")).to_have_count(1)
