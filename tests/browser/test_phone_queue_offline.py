"""Without signal: pages, drafts and work that waits are there, also after the browser was closed, and go through later."""

from collections.abc import Iterator
from threading import Event

import pytest
from django.core.signals import request_started
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from cases.models import Case
from cases.workflow import Status
from gridgov.models import Photo
from grids.models import User
from tests.browser.conftest import ARGS, PHONE, be_patient, let_requests_end, session_of, wait_for_modules
from tests.browser.phone import (
    CAMERA,
    SEND,
    answer_of,
    card,
    expect_counts,
    files,
    hashes,
    kept,
    photos_ready,
    states,
    take,
    until,
    until_true,
    until_worker_answers,
)
from tests.case_factories import case_in, stored
from tests.factories import PASSWORD, inside

pytestmark = pytest.mark.browser


@pytest.fixture
def on_phone(chromium, live_server, tmp_path, cast) -> Iterator:
    """Start the inspector's phone: `on_phone()` again is the same phone after its browser was closed."""
    running: list[BrowserContext] = []
    spot = inside(cast.city.grid)

    def start() -> BrowserContext:
        for context in running:
            context.close()
        context = chromium.browser_type.launch_persistent_context(
            tmp_path / "phone",
            executable_path="/usr/bin/chromium",
            args=ARGS,
            base_url=live_server.url,
            viewport=PHONE,
            has_touch=True,
            locale="en",
            geolocation={"longitude": spot.x, "latitude": spot.y, "accuracy": 8},
            permissions=["geolocation"],
        )
        running[:] = [context]
        be_patient(context)
        for page in context.pages:
            wait_for_modules(page)
        if not context.cookies():
            # Like the real one it outlives the browser's end.
            context.add_cookies([{**session_of(cast.inspector, live_server.url), "expires": 4_000_000_000}])
        return context

    yield start
    for context in running:
        context.close()
    let_requests_end()


def open_and_keep(context: BrowserContext, path: str = "/m/") -> Page:
    """Open a page, and wait until the service worker has kept the shell and what this page leads to."""
    page = context.pages[0] if context.pages else context.new_page()
    page.goto(path)
    until_worker_answers(page)
    for shell in ("/m/", "/m/report/", "/m/queue/", "/m/offline/"):
        until_true(page, f"caches.match('{shell}').then(Boolean)")
    return page


def log_in(page: Page, user: User) -> None:
    """Through the form, as people do once a session has ended: it lets go of what was kept for whoever was here."""
    page.context.clear_cookies()
    page.goto("/login/?next=/m/queue/")
    page.locator("input[name=username]").fill(user.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).tap()
    page.wait_for_url("**/m/queue/")
    expect(page.locator("body")).to_have_attribute("data-user", str(user.pk))


def test_reports_of_a_day_without_signal_survive_the_browsers_end_and_arrive_whole(on_phone, cast):
    context = on_phone()
    page = open_and_keep(context)
    context.set_offline(True)
    page.goto("/m/report/")
    page.set_input_files(CAMERA, files(9))
    until(page, photos_ready(9))
    page.fill("[name=description]", "井盖破了")
    page.locator(SEND).tap()
    page.wait_for_url("**/m/queue/")
    expect(page.locator(".messages")).to_contain_text("Kept on this phone")
    expect(card(page, "waiting")).to_contain_text("could not be reached")
    expect(page.locator(".strip [data-offline]")).to_be_visible()
    page.goto("/m/report/")
    take(page, files(10)[9])
    page.fill("[name=description]", "还没写完")
    queue = until(page, lambda queue: "还没写完" in str(queue["items"]))
    assert states(queue) == ["draft", "waiting"]

    context = on_phone()
    context.set_offline(True)
    page = context.pages[0]
    page.goto("/m/queue/")
    expect_counts(page, draft=1, waiting=1, sent=0, refused=0)
    expect(card(page, "waiting").locator("img")).to_have_count(9)
    card(page, "draft").locator("[data-open]").tap()
    expect(page.locator("[name=description]")).to_have_value("还没写完")
    expect(page.locator(".shot")).to_have_count(1)
    assert hashes(kept(page)["photos"]) == hashes(queue["photos"])
    assert not Case.objects.exists()

    context.set_offline(False)
    page.goto("/m/queue/")
    expect_counts(page, draft=1, waiting=0, sent=1)
    case = Case.objects.get()
    assert (case.description, case.photos.count()) == ("井盖破了", 9)
    assert set(Photo.objects.values_list("sha256", flat=True)) < hashes(queue["photos"])


def test_todays_errands_can_be_read_and_done_without_signal(on_phone, cast):
    case = case_in(Status.HANDLED, cast, photos=stored(cast.inspector, "red"))
    verify = f"/cases/{case.number}/verify/"
    context = on_phone()
    page = open_and_keep(context)
    until_true(page, f"caches.match('{verify}').then(Boolean)")
    thumb = reverse("cases:case_photo", args=[case.number, case.photos.get().photo_id, "thumb"])
    until_true(page, f"caches.match('{thumb}').then(Boolean)")
    context.set_offline(True)
    page.goto("/m/")
    expect(page.locator(f"a[href='{verify}']")).to_be_visible()
    page.locator(f"a[href='{verify}']").tap()
    expect(page.get_by_text("Go and look, take a photo")).to_be_visible()
    image = page.locator(".photos img").first
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    take(page, files(1)[0])
    page.locator("button[name=passed][value=yes]").tap()
    page.wait_for_url("**/m/queue/")
    expect_counts(page, waiting=1)
    context.set_offline(False)
    expect_counts(page, waiting=0, sent=1)
    case.refresh_from_db()
    assert case.status == Status.CLOSED
    expect(card(page, "sent")).to_contain_text(case.number)
    looked_at = card(page, "sent").get_by_role("link", name="Look at it")
    expect(looked_at).to_have_attribute("href", f"/cases/{case.number}/")


def test_a_page_that_was_never_kept_says_so_and_leads_on(on_phone):
    context = on_phone()
    page = open_and_keep(context)
    context.set_offline(True)
    page.goto("/cases/440601-20260101-000001/verify/")
    expect(page.get_by_role("heading", name="No signal")).to_be_visible()
    page.get_by_role("link", name="What this phone keeps").tap()
    expect_counts(page, draft=0, waiting=0, sent=0, refused=0)


def test_logging_out_warns_of_what_is_unsent_and_takes_the_kept_pages_away(on_phone, cast):
    context = on_phone()
    page = open_and_keep(context)
    context.set_offline(True)
    page.goto("/m/report/")
    page.fill("[name=description]", "井盖破了")
    page.locator(SEND).tap()
    page.wait_for_url("**/m/queue/")
    page.route("**/api/v1/cases/**", lambda route: route.abort())
    context.set_offline(False)
    page.goto("/me/")
    page.get_by_role("button", name="Log out").tap()
    expect(page.locator("#confirm")).to_contain_text("1 not sent yet. Log out all the same?")
    page.locator("#confirm").get_by_role("button", name="Cancel").tap()
    page.get_by_role("button", name="Log out").tap()
    page.locator("[data-confirm-yes]").tap()
    page.wait_for_url("**/login/**")
    assert [name for name in answer_of(page, "() => caches.keys()") if "files" not in name] == []
    assert len(answer_of(page, "() => indexedDB.databases()")) == 1


def test_another_persons_queue_is_neither_shown_nor_sent_nor_touched(on_phone, cast):
    context = on_phone()
    page = open_and_keep(context)
    context.set_offline(True)
    page.goto("/m/report/")
    take(page, files(1)[0])
    page.locator(SEND).tap()
    page.wait_for_url("**/m/queue/")
    expect_counts(page, waiting=1)
    context.set_offline(False)
    log_in(page, cast.handler)
    expect_counts(page, waiting=0, draft=0, sent=0, refused=0)
    until_true(
        page,
        f"caches.keys().then((names) => names.length && !names.some((name) => name.includes('-{cast.inspector.pk}-')))",
    )
    assert not Case.objects.exists()
    log_in(page, cast.inspector)
    expect_counts(page, waiting=0, sent=1)
    assert Case.objects.get().reporter == cast.inspector


def test_whoever_logs_in_meanwhile_does_not_send_what_the_page_before_kept(on_phone, cast):
    context = on_phone()
    page = open_and_keep(context, "/m/report/")
    page.fill("[name=description]", "井盖破了")
    log_in(context.new_page(), cast.grid_leader)
    page.locator(SEND).tap()
    page.wait_for_url("**/m/queue/")
    expect(page.locator("body")).to_have_attribute("data-user", str(cast.grid_leader.pk))
    expect_counts(page, waiting=0, sent=0)
    assert not Case.objects.exists()
    log_in(page, cast.inspector)
    expect_counts(page, waiting=0, sent=1)
    assert Case.objects.get().reporter == cast.inspector


def test_a_page_that_was_under_way_is_not_kept_for_whoever_logs_in_meanwhile(on_phone, cast):
    mine = f"/cases/{case_in(Status.HANDLED, cast).number}/"
    arrived, page_comes, worker_comes = Event(), Event(), Event()

    def hold(environ, **_):
        """A slow server: this page, and the worker of whoever logs in, come only when the test says so."""
        if environ["PATH_INFO"] == mine:
            arrived.set()
            page_comes.wait(60)
        elif f"user={cast.grid_leader.pk}&" in environ.get("QUERY_STRING", ""):
            worker_comes.wait(60)

    context = on_phone()
    page = open_and_keep(context)
    request_started.connect(hold)
    try:
        ask = f"navigator.serviceWorker.controller.postMessage({{ precache: ['{mine}'], user: document.body.dataset.user }})"
        page.evaluate(ask)
        assert arrived.wait(30)
        other = context.new_page()
        log_in(other, cast.grid_leader)
        # What the leader's pages ask for ahead goes to the worker of the page before, until theirs is there.
        other.evaluate(ask)
        page_comes.set()
        other.wait_for_timeout(2000)
        assert not answer_of(other, f"() => caches.match('{mine}').then(Boolean)")
    finally:
        page_comes.set()
        worker_comes.set()
        request_started.disconnect(hold)
    until_true(
        other,
        f"caches.keys().then((names) => names.some((name) => name.includes('-{cast.grid_leader.pk}-')))",
    )


def test_the_queue_goes_into_a_file_and_comes_back_from_it(on_phone, tmp_path, cast):
    context = on_phone()
    page = open_and_keep(context)
    context.set_offline(True)
    page.goto("/m/report/")
    page.set_input_files(CAMERA, files(2))
    before = until(page, photos_ready(2))
    page.locator(SEND).tap()
    page.wait_for_url("**/m/queue/")
    with page.expect_download() as download:
        page.locator("[data-export]").tap()
    file = tmp_path / "queue.json"
    download.value.save_as(file)
    page.goto("/m/offline/")
    answer_of(
        page,
        "() => new Promise((resolve) => { const gone = indexedDB.deleteDatabase(`gridgov-${document.body.dataset.user}`); gone.onsuccess = resolve; })",
    )
    page.goto("/m/queue/")
    expect_counts(page, waiting=0)
    page.set_input_files("[data-import]", file)
    expect_counts(page, waiting=1)
    assert hashes(kept(page)["photos"]) == hashes(before["photos"])
    page.set_input_files("[data-import]", file)
    expect(page.locator("[data-trouble]")).to_contain_text("0 brought in")
    context.set_offline(False)
    expect_counts(page, waiting=0, sent=1)
    assert Case.objects.get().photos.count() == 2


def test_a_file_of_somebody_else_is_not_brought_in(on_phone, tmp_path):
    file = tmp_path / "queue.json"
    file.write_text('{"kind": "gridgov-queue", "version": 1, "user": 0, "items": [], "photos": []}')
    page = open_and_keep(on_phone(), "/m/queue/")
    page.set_input_files("[data-import]", file)
    expect(page.locator("[data-trouble]")).to_contain_text("not a queue of yours")


def test_without_signal_what_was_never_kept_says_so_in_the_products_words(on_phone):
    context = on_phone()
    page = open_and_keep(context)
    page.goto("/m/")
    context.set_offline(True)
    for address, words in (
        ("/registry/SHOP-1/", "This object is not on the phone"),
        ("/cases/440605-20261122-000015/", "This page is not on the phone"),
        ("/areas/", "This page is not on the phone"),
    ):
        page.goto(address)
        expect(page.get_by_text(words)).to_be_visible()


def test_duty_and_diary_open_without_signal_though_never_opened_before(on_phone):
    context = on_phone()
    page = open_and_keep(context)
    until_true(page, "caches.match('/m/diary/').then(Boolean)")
    until_true(page, "caches.match('/m/duty/').then(Boolean)")
    context.set_offline(True)
    page.goto("/m/diary/")
    expect(page.get_by_role("button", name="Write it down")).to_be_visible()
    page.goto("/m/duty/")
    page.get_by_role("button", name="Go on duty").tap()
    expect(page.get_by_role("button", name="Go off duty")).to_be_visible()
    until(page, lambda queue: states(queue) == ["waiting"])
