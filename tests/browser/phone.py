"""The phone's queue as tests see it: what it keeps, and a network that fails as they say."""

import hashlib
import io
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PIL import Image
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.conftest import PATIENCE

SEND = "button[form=report]"
CAMERA = "input[name=photos]"
SENT = "**/m/report/*-*/"
TEN_PHOTOS = 60  # seconds, for a slow machine

_QUEUE = """async () => {
  const user = document.body.dataset.user;
  const names = (await indexedDB.databases()).map((one) => one.name);
  if (!names.includes(`gridgov-${user}`)) return { items: [], photos: [] };
  const open = indexedDB.open(`gridgov-${user}`);
  const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
  const all = (name) => new Promise((resolve) => {
    const asked = database.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  const items = await all("items");
  const photos = (await all("photos")).map(({ bytes, thumb, ...photo }) => ({ ...photo, size: bytes?.byteLength ?? null }));
  database.close();
  return { items, photos };
}"""


def answer_of(page: Page, function: str, given: Any = None) -> Any:
    """What an async function answers on the page. Playwright would wait for ever for an answer that never comes."""
    patience = f"new Promise((_, give_up) => setTimeout(give_up, {PATIENCE}, new Error('no answer')))"
    return page.evaluate(f"(given) => Promise.race([({function})(given), {patience}])", given)


def kept(page: Page) -> dict[str, list[dict[str, Any]]]:
    """What the phone keeps for whoever is logged in: items, and photos with the size of their bytes."""
    return answer_of(page, _QUEUE)


def until(page: Page, sight: Callable[[dict[str, list[dict[str, Any]]]], bool]) -> dict[str, Any]:
    """Wait until the queue looks like this; returns it."""
    found: dict[str, Any] = {}

    def looks_so() -> bool:
        nonlocal found
        found = kept(page)
        return sight(found)

    eventually(page, looks_so, lambda: f"the queue never looked so: {json.dumps(found, ensure_ascii=False)}")
    return found


def until_true(page: Page, promise: str) -> None:
    """Wait until what a promise of the page answers is true."""
    eventually(page, lambda: answer_of(page, f"() => {promise}"), lambda: f"never true: {promise}")


def until_worker_answers(page: Page) -> None:
    """Wait until the service worker stands between this page and the server.

    Not for `navigator.serviceWorker.ready`, which never comes when one of the worker's files could not be fetched.
    """
    until_true(page, "Boolean(navigator.serviceWorker.controller)")


def eventually(
    page: Page, look: Callable[[], Any], complaint: Callable[[], str] = lambda: "never true"
) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + TEN_PHOTOS
    while time.monotonic() < deadline:
        # While one page leads to the next there is nothing to look at; and what is looked for may not be there yet.
        with suppress(Error, IndexError, KeyError):
            if look():
                return
        page.wait_for_timeout(100)
    raise AssertionError(complaint())


def only_when_told(page: Page) -> None:
    """On the pages that follow nothing is tried again by the clock, so that a test can count what was tried."""
    page.add_init_script(
        "{ const set = setInterval; setInterval = (work, every, ...more) => (every < 20_000 ? set(work, every, ...more) : 0); }"
    )


def photos_ready(count: int) -> Callable[[dict[str, list[dict[str, Any]]]], bool]:
    """So many photos are kept, and each is read: a photo is first kept as it came, and read after that."""
    return lambda queue: (
        len(queue["photos"]) == count and not any(photo.get("raw") for photo in queue["photos"])
    )


def states(queue: dict[str, list[dict[str, Any]]]) -> list[str]:
    return sorted(item["state"] for item in queue["items"])


def take(page: Page, *files: str, count: int | None = None, name: str = "photos") -> None:
    """Take photos, and wait until the phone has kept them."""
    before = len(kept(page)["photos"])
    for file in files:
        page.set_input_files(f"input[name={name}]", file)
    until(page, photos_ready(before + (count or len(files))))


def draw(page: Page) -> None:
    """Draw an arrow on the photo in the open dialog, and add the copy."""
    canvas = page.locator(".drawing__canvas")
    expect(canvas).to_be_visible()  # the dialog opens once the photo is read
    box = canvas.bounding_box()
    x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] / 3
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 60, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Add the copy").tap()
    expect(canvas).to_be_hidden()


def fail_with(page: Page, path: str, *faults: Any) -> list[str]:
    """Answer the next requests to a path of the API with these faults, the following ones go through.

    A fault is a status, a (status, body) pair, or "reset". Returns what was asked, as it is asked.
    """
    left, asked = list(faults), []

    def judge(route: Route) -> None:
        asked.append(route.request.method)
        fault = left.pop(0) if left else None
        if fault is None:
            route.continue_()
        elif fault == "reset":
            route.abort("connectionreset")
        else:
            status, body = fault if isinstance(fault, tuple) else (fault, "")
            route.fulfill(status=status, body=body)

    page.route(path, judge)
    return asked


def card(page: Page, place: str):
    """The first card in one of the queue's four places."""
    return page.locator(f"[data-place={place}] article").first


def expect_counts(page: Page, **counts: int) -> None:
    """How many the page of the queue shows in each place."""
    for place, count in counts.items():
        expect(page.locator(f"[data-count={place}]")).to_have_text(str(count), timeout=PATIENCE)


def noise(side: int = 1000, seed: int = 0) -> bytes:
    """A JPEG unlike any other."""
    digest = hashlib.sha256(str(seed).encode()).digest()
    picture = Image.frombytes("RGB", (16, 16), (digest * 24)[: 16 * 16 * 3]).resize((side, side * 3 // 4))
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return content.getvalue()


def files(count: int, side: int = 400) -> list[dict[str, Any]]:
    """So many photos of a camera, for `set_input_files`."""
    return [
        {"name": f"IMG_{seed}.jpg", "mimeType": "image/jpeg", "buffer": noise(side, seed)}
        for seed in range(count)
    ]


def hashes(photos: list[dict[str, Any]]) -> set[str]:
    return {photo["sha256"] for photo in photos}
