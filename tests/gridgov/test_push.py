"""Web push: browsers subscribe and withdraw; what is pushed only they can read, and it never goes inside."""

import base64
import json
import time
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from py_vapid import Vapid02
from pywebpush import WebPusher

from gridgov import ways_out
from gridgov.models import Delivery, DeliveryState, PushSubscription
from gridgov.outbox import Way, deliver_notices, register_outsiders, register_texts, send_notices
from gridgov.push import public_key
from gridgov.subscriptions import MOST, subscribe_to_push
from tests.factories import make_user
from tests.racing import at_once
from tests.receivers import Browser, Receiver, receiving, unpadded
from tests.sign_in import log_in

pytestmark = pytest.mark.django_db
SUBSCRIBE, END = "/push/", "/push/end/"


@pytest.fixture(autouse=True)
def _outgoing(settings) -> None:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    settings.VAPID_PRIVATE_KEY = unpadded(number.to_bytes(32, "big"))
    settings.VAPID_CONTACT = "mailto:grid@example.org"
    settings.NOTICE_CHANNELS = ["webpush"]
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    settings.PUSH_HOSTS = [*settings.PUSH_HOSTS, "127.0.0.1"]
    settings.PUBLIC_URL = "https://grid.example"
    register_texts({"test_due": "Case %(number)s is due"})


@pytest.fixture
def service() -> Iterator[Receiver]:
    """A push service."""
    with receiving() as server:
        server.status = 201
        yield server


@pytest.fixture
def person():
    return make_user(language="en", email="")


@pytest.fixture
def browser(service) -> Browser:
    return Browser(service.url("/wpush/v2/capability"))


def tell(people=(), **options):
    return send_notices(people, "test_due", params={"number": 7}, url="/cases/7/", **options)


def subscribe(client, browser: Browser, url: str = SUBSCRIBE, **fields):
    return client.post(url, {"endpoint": browser.endpoint, **browser.keys, **fields})


# Subscribing


def test_a_browser_subscribes_for_whoever_is_logged_in(client, person, browser):
    client.force_login(person)

    assert subscribe(client, browser).status_code == 204
    kept = PushSubscription.objects.get()
    assert (kept.user, kept.subject, kept.endpoint) == (person, "", browser.endpoint)


def test_what_webhooks_may_call_inside_is_no_push_service(client, person, browser, service, settings):
    subscribe_to_push(person, endpoint=browser.endpoint, **browser.keys)
    tell([person])
    settings.PUSH_HOSTS = ["fcm.googleapis.com"]
    client.force_login(make_user())

    assert subscribe(client, browser).status_code == 422
    assert deliver_notices() == 0
    assert service.got == []


def test_without_a_log_in_nobody_subscribes(client, browser):
    assert subscribe(client, browser).status_code == 302
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://evil.example/"},
        {"endpoint": "https://fcm.googleapis.com.evil.example/"},
        {"endpoint": "http://fcm.googleapis.com/"},
        {"endpoint": "http://10.0.0.5/"},
        {"endpoint": "file:///etc/passwd"},
        {"endpoint": "http://["},
        {"endpoint": ""},
        {"p256dh": "AAAA"},
        {"p256dh": "ü"},
        {"p256dh": ""},
        {"auth": "AAAA"},
        {"auth": "!"},
    ],
)
def test_what_no_browser_would_say_is_refused(client, person, browser, wrong):
    client.force_login(person)

    assert subscribe(client, browser, **wrong).status_code == 422
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "host", ["fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"]
)
def test_the_push_services_of_browsers_are_known(client, person, browser, host):
    client.force_login(person)

    assert subscribe(client, browser, endpoint=f"https://{host}/x").status_code == 204


def test_where_web_push_is_off_nobody_subscribes(client, person, browser, settings):
    settings.NOTICE_CHANNELS = ["email"]
    client.force_login(person)

    assert public_key() == ""
    assert subscribe(client, browser).status_code == 404


def test_a_browser_shows_the_notices_of_one_person_alone(client, person, browser):
    other = make_user()
    subscribe_to_push(other, endpoint=browser.endpoint, **browser.keys)
    subscribe_to_push("follower:12", endpoint=browser.endpoint, **browser.keys)
    client.force_login(person)
    subscribe(client, browser)

    owners = set(PushSubscription.objects.values_list("user", "subject"))
    assert owners == {(person.pk, ""), (None, "follower:12")}


def test_the_oldest_browser_makes_room(person):
    for number in range(MOST + 2):
        one = Browser(f"https://fcm.googleapis.com/{number}")
        subscribe_to_push(person, endpoint=one.endpoint, **one.keys)

    kept = set(PushSubscription.objects.values_list("endpoint", flat=True))
    assert kept == {f"https://fcm.googleapis.com/{number}" for number in range(2, MOST + 2)}


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_subscribe_a_browser_once(person, browser):
    done = at_once(4, lambda: subscribe_to_push(person, endpoint=browser.endpoint, **browser.keys))

    assert len({one.pk for one in done}) == 1
    assert PushSubscription.objects.count() == 1


def test_a_browser_withdraws_for_its_owner_alone(client, person, browser):
    other = make_user()
    subscribe_to_push(other, endpoint=browser.endpoint, **browser.keys)
    client.force_login(person)
    assert client.post(END, {"endpoint": browser.endpoint}).status_code == 204
    assert PushSubscription.objects.count() == 1

    client.force_login(other)
    assert client.post(END, {"endpoint": browser.endpoint}).status_code == 204
    assert client.post(END, {"endpoint": "\0"}).status_code == 204
    assert not PushSubscription.objects.exists()


def log_in_again(client, person):
    """The session is over by itself, and somebody logs in with the same browser."""
    client.session.flush()
    log_in(person.username, client=client)


def test_whoever_logged_in_again_and_out_is_told_nothing_more_there(client, person, browser):
    client.force_login(person)
    subscribe(client, browser)

    log_in_again(client, person)
    assert PushSubscription.objects.filter(user=person).exists()
    client.post("/logout/")

    assert not PushSubscription.objects.exists()


def test_what_was_told_to_one_ends_where_another_logs_in(client, person, browser):
    client.force_login(person)
    subscribe(client, browser)

    log_in_again(client, make_user("colleague"))

    assert not PushSubscription.objects.exists()


def test_whoever_logs_out_is_told_nothing_more_there(client, person, browser):
    elsewhere = Browser(f"{browser.endpoint}-elsewhere")
    subscribe_to_push(person, endpoint=elsewhere.endpoint, **elsewhere.keys)
    client.force_login(person)
    subscribe(client, browser)
    client.post("/logout/")

    assert [one.endpoint for one in PushSubscription.objects.all()] == [elsewhere.endpoint]


# Pushing


def test_what_is_pushed_only_the_browser_can_read(person, browser, service):
    subscribe_to_push(person, endpoint=browser.endpoint, **browser.keys)
    tell([person], urgent=True)

    assert deliver_notices() == 1
    [got] = service.got
    headers = {name.lower(): value for name, value in got.headers.items()}
    assert got.path == "/wpush/v2/capability"
    assert b"due" not in got.body
    assert browser.reads(got.body) == {"title": "GridGov", "text": "Case 7 is due", "url": "/cases/7/"}
    assert (headers["content-encoding"], headers["urgency"], headers["ttl"]) == ("aes128gcm", "high", "86400")


def test_the_push_service_learns_who_pushes(person, browser, service):
    subscribe_to_push(person, endpoint=browser.endpoint, **browser.keys)
    tell([person])
    deliver_notices()

    headers = {name.lower(): value for name, value in service.got[0].headers.items()}
    scheme, said = headers["authorization"].split(" ", 1)
    parts = dict(part.strip().split("=", 1) for part in said.split(","))
    claims = json.loads(base64.urlsafe_b64decode(parts["t"].split(".")[1] + "=="))
    assert (scheme, parts["k"]) == ("vapid", public_key())
    assert claims["aud"] == service.url("")
    assert claims["sub"] == "mailto:grid@example.org"
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    assert Vapid02.verify(headers["authorization"])


def test_a_person_with_two_browsers_hears_on_both_and_one_that_is_down_is_tried_again(person, service):
    with receiving() as down:
        down.status = 500
        for server in (service, down):
            one = Browser(server.url("/x"))
            subscribe_to_push(person, endpoint=one.endpoint, **one.keys)
        tell([person])

        assert deliver_notices() == 1
        stuck = Delivery.objects.exclude(state=DeliveryState.SENT).get()
        assert (stuck.attempts, stuck.last_error) == (1, "WebhookRefused: HTTP 500")
        assert down.url() not in str(list(Delivery.objects.values_list()))


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(person, browser, service, status):
    service.status = status
    subscribe_to_push(person, endpoint=browser.endpoint, **browser.keys)
    tell([person])

    assert deliver_notices() == 0
    assert Delivery.objects.get().state == DeliveryState.DROPPED
    assert not PushSubscription.objects.exists()


def test_a_push_service_that_is_asked_too_often_is_waited_for(person, browser, service):
    service.status = 429
    subscribe_to_push(person, endpoint=browser.endpoint, **browser.keys)
    tell([person])

    assert deliver_notices() == 0
    assert Delivery.objects.get().attempts == 0


def test_nothing_is_pushed_into_the_own_network(person, browser, service, settings):
    subscribe_to_push(person, endpoint=browser.endpoint, **browser.keys)
    tell([person])
    settings.WEBHOOK_ALLOW, settings.PUSH_HOSTS = [], ["127.0.0.1"]
    PushSubscription.objects.update(endpoint=browser.endpoint.replace("http:", "https:"))

    assert deliver_notices() == 0
    assert "own network" in Delivery.objects.get().last_error
    assert service.got == []


def test_the_library_is_given_no_way_around_our_own_calls(monkeypatch, person, browser, service):
    def never(*args, **options):
        raise AssertionError("the library called by itself")

    monkeypatch.setattr("requests.post", never)
    monkeypatch.setattr("requests.Session.request", never)
    assert WebPusher
    subscribe_to_push(person, endpoint=browser.endpoint, **browser.keys)
    tell([person])

    assert deliver_notices() == 1


def test_who_has_left_is_told_nothing_more(person, browser, service):
    subscribe_to_push(person, endpoint=browser.endpoint, **browser.keys)
    tell([person])
    type(person).objects.filter(pk=person.pk).update(is_active=False)

    assert deliver_notices() == 0
    assert service.got == []


# Those without an account


@pytest.fixture
def waiter(monkeypatch) -> dict[int, Way]:
    known = {5: Way("waiter:5", "email", "", "a citizen", language="zh-hans", url="/track/SECRET/")}
    monkeypatch.setattr(ways_out, "_ways_by_kind", {})
    register_outsiders("waiter", lambda ids: [known[pk] for pk in ids if pk in known])
    register_texts({"test_due": "Case %(number)s is due"})
    return known


def test_who_waits_outside_is_pushed_to_with_the_link_of_their_own(waiter, browser, service):
    subscribe_to_push("waiter:5", endpoint=browser.endpoint, **browser.keys)
    tell(outside=["waiter:5"])

    assert deliver_notices() == 1
    assert browser.reads(service.got[0].body)["url"] == "/track/SECRET/"
    assert "SECRET" not in str(list(Delivery.objects.values_list()))


def test_who_no_longer_waits_outside_is_forgotten(waiter, browser, service):
    subscribe_to_push("waiter:5", endpoint=browser.endpoint, **browser.keys)
    tell(outside=["waiter:5"])
    waiter.clear()

    assert deliver_notices() == 0
    assert not PushSubscription.objects.exists()


# Around it


def test_a_key_is_made_that_web_push_can_use(capsys, settings):
    call_command("make_vapid_keys")
    name, key = capsys.readouterr().out.strip().split("=", 1)

    assert name == "GRIDGOV_VAPID_PRIVATE_KEY"
    settings.VAPID_PRIVATE_KEY = key
    assert len(base64.urlsafe_b64decode(public_key() + "==")) == 65


def test_the_worker_is_there_for_everybody_and_stands_between_no_page_and_the_server(client):
    answer = client.get("/push/worker.js")

    assert answer["Content-Type"] == "text/javascript"
    script = answer.content.decode()
    assert '"fetch"' not in script
    assert '"push"' in script


def test_the_page_gives_away_no_address(client, person, browser):
    subscribe_to_push(person, endpoint=browser.endpoint, **browser.keys)
    client.force_login(person)

    text = client.get("/me/notices/").content.decode()
    assert public_key() in text
    assert "capability" not in text
