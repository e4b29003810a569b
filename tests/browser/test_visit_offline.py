"""An inspection without signal: kept over a reload and a restart of the browser, sent once, photo by photo."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gridgov.models import Photo
from inspections.models import Result, Visit
from tests.browser.conftest import ARGS, PHONE, be_patient, let_requests_end, session_of
from tests.browser.phone import files, hashes, kept, until, until_true, until_worker_answers
from tests.inspection_factories import make_checklist
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.browser

ITEMS = 20
PHOTOS = 10


@pytest.fixture
def shop(cast):
    """A shop that is asked twenty items."""
    shop = make_object(cast.city.grid, make_type(), name="演示商铺", code="SHOP-1")
    make_checklist(
        [shop.type],
        [{"question": f"第{number}项", "days_low": 30} for number in range(ITEMS)],
        department=cast.city.district_department,
    )
    return shop


@pytest.fixture
def start_phone(
    chromium: Browser, live_server, tmp_path: Path, cast, shop
) -> Iterator[Callable[..., BrowserContext]]:
    """The inspector's phone with a browser that may be closed and started again; it keeps what it kept."""
    running = []

    def start_phone() -> BrowserContext:
        context = chromium.browser_type.launch_persistent_context(
            tmp_path / "phone",
            executable_path="/usr/bin/chromium",
            args=ARGS,
            base_url=live_server.url,
            viewport=PHONE,
            has_touch=True,
            locale="en",
            geolocation={"longitude": shop.point.x, "latitude": shop.point.y, "accuracy": 8},
            permissions=["geolocation"],
        )
        be_patient(context)
        context.add_cookies([session_of(cast.inspector, live_server.url)])
        running.append(context)
        return context

    yield start_phone
    for context in running:
        context.close()
    let_requests_end()


def offline(context: BrowserContext) -> None:
    context.set_offline(True)


def answer_all(page: Page) -> None:
    """Ten items abnormal with a photo each, the rest normal."""
    for number, file in enumerate(files(PHOTOS)):
        item = page.locator("[data-item]").nth(number)
        item.locator("label:has([data-result=abnormal])").tap()
        item.locator("[data-camera=before]").set_input_files(file)
        expect(item.locator(".shot img")).to_be_visible()
    page.get_by_role("button", name="All normal").tap()


def test_offline_through_reload_and_restart_one_visit_arrives_with_every_photo(
    start_phone, shop, live_server
):
    context = start_phone()
    page = context.new_page()
    page.goto("/m/")
    until_worker_answers(page)
    page.goto("/m/visits/")  # the day is on the phone now
    expect(page.get_by_text("演示商铺")).to_be_visible()
    until_shell_is_kept(page)
    offline(context)

    page.get_by_role("link", name="演示商铺").tap()
    answer_all(page)
    until(page, lambda queue: len(queue["items"][0]["fields"]["answers"]) == ITEMS)
    page.reload()
    expect(page.get_by_text(f"Your draft: {ITEMS} answered.")).to_be_visible()
    before = kept(page)
    assert len(before["photos"]) == PHOTOS
    context.close()

    context = start_phone()
    offline(context)
    page = context.new_page()
    page.goto(f"/m/visit/?object={shop.code}")
    expect(page.get_by_text(f"Your draft: {ITEMS} answered.")).to_be_visible()
    expect(page.locator(".shot img")).to_have_count(PHOTOS)
    page.locator("[data-finish]").tap()
    expect(page.get_by_text("Kept on this phone.")).to_be_visible()
    assert not Visit.objects.exists()

    context.set_offline(False)
    queue = until(page, lambda queue: [item["state"] for item in queue["items"]] == ["sent"])
    visit = Visit.objects.get()
    assert visit.answers.count() == ITEMS
    assert visit.answers.filter(result=Result.ABNORMAL).count() == PHOTOS
    assert (
        set(Photo.objects.values_list("sha256", flat=True))
        == hashes(queue["photos"])
        == hashes(before["photos"])
    )
    assert Photo.objects.count() == PHOTOS


def until_shell_is_kept(page: Page) -> None:
    """The service worker fetches the shell after the first page, and the page keeps the day: both must be there."""
    until_worker_answers(page)
    for path in ("/m/visit/", "/api/v1/day/"):
        until_true(page, _KEPT.replace("PATH", path))


_KEPT = """(async () => {
  for (const name of await caches.keys()) {
    if (await (await caches.open(name)).match("PATH", { ignoreSearch: true, ignoreVary: true })) return true;
  }
  return false;
})()"""
