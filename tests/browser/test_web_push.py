"""Choosing how one is told, and being told on this device; Chromium's own push service is outside, so the test plays it."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from gridgov.models import NoticeKind, PushSubscription
from gridgov.outbox import deliver_notices, register_texts, send_notices
from tests.browser.axe import overflows, violations
from tests.browser.conftest import DESK, PHONE, OpenAs, started
from tests.receivers import Browser, Receiver, receiving

pytestmark = pytest.mark.browser
# What the browser's own part does, without its maker's servers: the address of a local push service.
PLAYED = """
  (() => {
    const said = %s;
    const found = { endpoint: said.endpoint, options: {}, toJSON: () => said, unsubscribe: async () => true };
    PushManager.prototype.getSubscription = async () => (sessionStorage.subscribed ? found : null);
    PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
      if (!userVisibleOnly || applicationServerKey.length !== 65) throw new Error("not as it should be");
      found.options = { applicationServerKey: applicationServerKey.buffer };
      sessionStorage.subscribed = "yes";
      return found;
    };
  })();
"""


@pytest.fixture(autouse=True)
def _outgoing(settings) -> None:
    settings.VAPID_PRIVATE_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    settings.NOTICE_CHANNELS = ["email", "webpush"]
    settings.WEBHOOK_ALLOW = settings.PUSH_HOSTS = ["127.0.0.1"]
    register_texts({"test_work": "Case %(number)s waits"}, kind=NoticeKind.CASES)


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiving() as server:
        server.status = 201
        yield server


def playing(page: Page, browser: Browser) -> None:
    page.context.grant_permissions(["notifications"])
    page.add_init_script(PLAYED % json.dumps({"endpoint": browser.endpoint, "keys": browser.keys}))
    page.reload()
    started(page)


def test_this_device_is_told_until_it_withdraws(open_as: OpenAs, cast, service):
    browser = Browser(service.url("/x"))
    page = open_as(cast.operator, "/me/notices/", viewport=DESK, service_workers="allow")
    playing(page, browser)
    expect(page.get_by_text("Off on this device.")).to_be_visible()

    page.get_by_role("button", name="Tell me on this device").click()
    expect(page.get_by_text("On: this device tells you")).to_be_visible()
    send_notices([cast.operator], "test_work", params={"number": 7}, url="/cases/")
    deliver_notices()
    assert [browser.reads(got.body)["text"] for got in service.got] == ["Case 7 waits"]

    page.reload()
    expect(page.get_by_text("On: this device tells you")).to_be_visible()
    page.get_by_role("button", name="No longer on this device").click()
    expect(page.get_by_text("Off on this device.")).to_be_visible()
    assert not PushSubscription.objects.exists()


def test_what_is_shown_leads_to_pages_of_this_site_alone(open_as: OpenAs, cast):
    page = open_as(cast.operator, "/me/notices/", viewport=DESK, service_workers="allow")
    page.context.grant_permissions(["notifications"])
    page.evaluate(
        """async () => {
            await navigator.serviceWorker.register("/push/worker.js", { scope: "/push/" });
            const { installing } = await navigator.serviceWorker.getRegistration("/push/");
            if (installing) await new Promise((done) => installing.addEventListener("statechange", () => {
                if (installing.state === "activated") done(); }));
        }"""
    )
    [worker] = [one for one in page.context.service_workers if one.url.endswith("/push/worker.js")]
    said = ["/cases/1/", "https://evil.example/", "//evil.example/", "javascript:alert(1)"]
    shown = worker.evaluate(
        """async (said) => {
            const shown = [];
            self.registration.showNotification = async (title, { data }) => { shown.push(data); };
            for (const url of said) {
                self.dispatchEvent(new PushEvent("push", { data: JSON.stringify({ title: "t", text: url, url }) }));
            }
            self.dispatchEvent(new PushEvent("push", { data: "no words of ours" }));
            return shown;
        }""",
        said,
    )
    home = page.url.removesuffix("me/notices/")
    assert shown == [f"{home}cases/1/", home, home, home, home]


@pytest.mark.parametrize(("viewport", "locale"), [(PHONE, "zh-CN"), (DESK, "en")])
def test_the_page_of_choices_hinders_nobody(open_as: OpenAs, cast, viewport, locale):
    page = open_as(cast.operator, "/me/notices/", viewport=viewport, locale=locale)
    started(page)

    assert violations(page) == []
    assert overflows(page) == []


def test_without_javascript_choices_are_kept_and_no_device_is_offered(open_as: OpenAs, cast):
    page = open_as(cast.operator, "/me/notices/", viewport=PHONE, java_script_enabled=False)
    page.get_by_label("Tasks and visits: e-mail").uncheck()
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("until").fill("07:00")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("that is how you are told")).to_be_visible()
    expect(page.get_by_label("Tasks and visits: e-mail")).not_to_be_checked()
    expect(page.get_by_role("button", name="Tell me on this device")).to_be_hidden()
