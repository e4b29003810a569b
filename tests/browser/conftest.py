"""A real Chromium in front of the running pages."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from grids.models import User
from tests.browser.axe import without_scripts

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000  # milliseconds: the machine of the tests may have much else to do
# What can be seen on a page and does not do yet what it is for: its modules are still on their way.
STARTING = "[data-module]:not([data-started])"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

_BUSY = """
    SELECT state, query FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
        AND backend_type = 'client backend'
"""

OpenAs = Callable[..., Page]

expect.set_options(timeout=PATIENCE)


class UnderWay:
    """How many requests the server is busy with."""

    def __init__(self) -> None:
        self.number, self._lock = 0, Lock()

    def began(self, **_: object) -> None:
        with self._lock:
            self.number += 1

    def ended(self, **_: object) -> None:
        with self._lock:
            self.number -= 1


under_way = UnderWay()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    request_started.connect(under_way.began)
    request_finished.connect(under_way.ended)
    under_way.number = 0
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread, so that Django takes every query here for one in a coroutine.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        yield browser
        browser.close()
    request_started.disconnect(under_way.began)
    request_finished.disconnect(under_way.ended)


@pytest.fixture
def open_as(chromium: Browser, live_server) -> Iterator[OpenAs]:
    """Open a browser window as a person who is logged in: `open_as(user, path, viewport=DESK, …)`; None for a stranger.

    `scripts=False`: none of the site's scripts arrives, while axe can still look at the page.

    At the end no window has asked another host for anything, and no script of ours has failed.
    """
    contexts, trouble = [], []

    def watch(request: Request) -> None:
        if not request.url.startswith((live_server.url, "blob:", "data:")):
            trouble.append(f"asked {request.url}")

    def open_as(
        user: User | None, path: str = "/", *, viewport=PHONE, at=None, accuracy=8, scripts=True, **options
    ) -> Page:
        position = at and {"longitude": at.x, "latitude": at.y, "accuracy": accuracy}
        phone = viewport["width"] < 1000
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=viewport,
            has_touch=phone,
            geolocation=position,
            permissions=["geolocation"] if position else [],
            # What a service worker answers never comes past a test's own faults: those that are about it allow it.
            **{"locale": "en", "service_workers": "block", **options},
        )
        contexts.append(context)
        be_patient(context, has_modules=scripts and options.get("java_script_enabled", True))
        if not scripts:
            without_scripts(context)
        if user:
            context.add_cookies([session_of(user, live_server.url)])
        context.on("request", watch)
        context.on("weberror", lambda error: trouble.append(str(error.error)))
        page = context.new_page()
        page.goto(path)
        return page

    yield open_as
    for context in contexts:
        context.close()
    let_requests_end()
    assert trouble == []


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., str]:
    """A picture as a camera leaves it, as a path; another colour gives another file."""

    def photo(colour: str = "gray", *, position: tuple[float, float] | None = None) -> str:
        path = tmp_path / f"{colour}.jpg"
        exif = Image.Exif()
        if position:
            longitude, latitude = position
            exif.get_ifd(0x8825).update({1: "N", 2: _degrees(latitude), 3: "E", 4: _degrees(longitude)})
        Image.new("RGB", (1600, 1200), colour).save(path, "JPEG", exif=exif)
        return str(path)

    return photo


def be_patient(context: BrowserContext, *, has_modules: bool = True) -> None:
    """Give a slow machine time; and touch or judge no page before what can be seen on it does what it is for.

    Of tests that use the mouse or the keyboard themselves this knows nothing: they call `started`.
    """
    context.set_default_timeout(PATIENCE)
    if has_modules:
        context.on("page", wait_for_modules)


def wait_for_modules(page: Page) -> None:
    # Playwright looks for it before it acts or judges, and goes on when it is gone.
    page.add_locator_handler(page.locator(f"{STARTING}:visible").first, lambda _: None)


def started(page: Page) -> None:
    """Wait until every module of the page runs: from then on keys, pointers and files are heard."""
    expect(page.locator(STARTING)).to_have_count(0)


def let_requests_end() -> None:
    """Wait for what closed windows had asked for: half done it would stand in the way of emptying the tables."""
    quiet, deadline = 0, time.monotonic() + 60
    while quiet < 3:
        with connection.cursor() as cursor:
            cursor.execute(_BUSY)
            busy = cursor.fetchall()
        assert time.monotonic() < deadline, (
            f"{under_way.number} requests do not end; the database does: {busy}"
        )
        quiet = 0 if busy or under_way.number else quiet + 1
        time.sleep(0.05)


def session_of(user: User, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def _degrees(angle: float) -> tuple[float, float, float]:
    minutes = angle % 1 * 60
    return float(int(angle)), float(int(minutes)), round(minutes % 1 * 60, 4)
