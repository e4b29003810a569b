"""The phone's pages in a browser at 400 kbit/s with 400 ms to and fro: what comes over the wire, and when one sees it."""

from collections.abc import Callable
from contextlib import suppress
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page, sync_playwright

from benchmarks.databases import copy_of_city
from benchmarks.figures import Figure, figure_of
from benchmarks.people import PASSWORD
from benchmarks.scale import Scale
from benchmarks.web import web

CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
THIRD_GENERATION = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
INSPECTOR = "inspector"
PAGES = ("/m/", "/m/visits/", "/m/report/")
BUDGET_KB = 120
# So long the page is left to itself: what it fetches ahead belongs to its weight no longer than this.
REST_MS = 3000


def measure(scale: Scale) -> list[Figure]:
    first: list[float] = []
    weights: list[float] = []
    later: dict[str, list[float]] = {page: [] for page in PAGES}
    with web(copy_of_city("weak")) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        cookies = _logged_in(browser, address)
        for _ in range(scale.loads):
            context = _phone(browser, address)
            context.add_cookies(cookies)
            page = context.new_page()
            weight = _weigh(_slow(page))
            page.goto("/m/")
            first.append(_painted(page))
            weights.append(weight() / 1024)
            _until_kept(page)
            for path in PAGES:
                page.goto(path)
                later[path].append(_painted(page))
            context.close()
        browser.close()
    return [
        figure_of("first load of /m/: first paint", first),
        Figure(
            "first load of /m/: over the wire", median(weights), "kB", at_most=BUDGET_KB, runs=len(weights)
        ),
        *(figure_of(f"later load of {path}: first paint", seen) for path, seen in later.items()),
    ]


def _phone(browser: Browser, address: str) -> BrowserContext:
    return browser.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, has_touch=True, locale="zh-CN"
    )


def _logged_in(browser: Browser, address: str) -> list[Any]:
    context = _phone(browser, address)
    page = context.new_page()
    page.goto("/login/")
    page.fill("input[name=username]", INSPECTOR)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: urlsplit(url).path != "/login/")
    cookies = context.cookies()
    context.close()
    return cookies


def _slow(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", THIRD_GENERATION)
    return session


def _weigh(session: CDPSession) -> Callable[[], int]:
    """How many bytes have come so far, as they came over the wire, without photos and the map's outlines."""
    asked: dict[str, str] = {}
    weights: dict[str, int] = {}
    session.on(
        "Network.requestWillBeSent", lambda told: asked.update({told["requestId"]: told["request"]["url"]})
    )
    session.on(
        "Network.loadingFinished", lambda told: weights.update({told["requestId"]: told["encodedDataLength"]})
    )
    return lambda: sum(
        weight
        for request, weight in weights.items()
        if not any(part in asked.get(request, "") for part in ("/photos/", "/outlines/"))
    )


def _painted(page: Page) -> float:
    """Milliseconds to the first paint of the page that stands there now, once it has come to rest."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(REST_MS)
    seen: float = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return seen


def _until_kept(page: Page) -> None:
    """Until the service worker has kept the pages that are opened next."""
    for _ in range(120):
        with suppress(Error):
            if page.evaluate("caches.match('/m/report/').then(Boolean)"):
                return
        page.wait_for_timeout(500)
    raise RuntimeError("The phone kept no pages.")
