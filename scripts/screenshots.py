"""Make the pictures of docs/screenshots from a running demo: `python -m scripts.screenshots [ADDRESS]`."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PASSWORD = "demo-grid-2026"
MOST_BYTES = 250_000
SETTLED_MS = 3000


def main(address: str = "http://127.0.0.1:8000") -> None:
    """Raises an error when a page can't be reached or a picture gets too large."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        wall = _logged_in(browser, address, "chief", (1280, 720))
        wall.goto("/wall/")
        _keep(wall, "wall")
        figures = _logged_in(browser, address, "chief")
        figures.goto("/figures/")
        _keep(figures, "figures")
        live_map = _logged_in(browser, address, "dispatcher", (1280, 800))
        live_map.goto("/map/?area=440605011")
        live_map.locator(".map-dot--yellow, .map-dot--green").last.dispatch_event("click")
        live_map.locator("#sheet .case-head").wait_for()
        _keep(live_map, "live-map")
        browser.close()


def _logged_in(browser: Browser, address: str, user: str, size: tuple[int, int] = (1440, 900)) -> Page:
    page = browser.new_page(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        locale="en",
        timezone_id="Asia/Shanghai",
    )
    page.goto("/")
    page.fill("[name=username]", user)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.locator("[name=password]").wait_for(state="detached")
    return page


def _keep(page: Page, name: str) -> None:
    page.wait_for_timeout(SETTLED_MS)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    if path.stat().st_size > MOST_BYTES:
        sys.exit(f"{path} is larger than {MOST_BYTES} bytes.")


if __name__ == "__main__":
    main(*sys.argv[1:])
