"""Notices reach everybody they concern, once, and a receiver that is down harms nobody else."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from gridgov import clock, outbox
from gridgov.models import Channel, Delivery, DeliveryState, Notice
from gridgov.outbox import BACKOFF, deliver_notices, register_texts, send_again, send_notices, text_of
from gridgov.webhooks import WebhookRefused, post_webhook
from tests.factories import make_user
from tests.racing import race

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)


class Receiver(BaseHTTPRequestHandler):
    """Another system: notes what it got and answers with the status that it was told."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.send_header("Location", "http://127.0.0.1:1/inside")
        self.end_headers()

    timeout = 30  # who asks and then says nothing would hold up the receiver's end

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.status = [], 200
    server.url = f"http://127.0.0.1:{server.server_port}/hook?from=grid"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _outgoing(settings) -> None:
    settings.NOTICE_CHANNELS = ["email", "webhook"]
    settings.WEBHOOK_SECRET = "shared"
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    settings.PUBLIC_URL = "https://grid.example"
    register_texts({"test_due": _("Case %(number)s is due at %(due_at)s."), "test_yes": _("Yes")})


def tell(people=(), *, number="7", **options) -> list[Notice]:
    params = {"number": number, "due_at": NOON}
    return send_notices(people, "test_due", params=params, url="/cases/7/", subject="case:7", **options)


def unused_port() -> int:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.server_close()
    return server.server_port


# Writing


@pytest.mark.django_db
def test_each_recipient_is_told_once():
    one, other = make_user(), make_user()

    with clock.at(NOON):
        tell([one, other, one], urgent=True)

    assert sorted(Notice.objects.values_list("recipient", flat=True)) == [one.pk, other.pk]
    notice = Notice.objects.first()
    assert (notice.url, notice.subject, notice.urgent, notice.created_at) == (
        "/cases/7/",
        "case:7",
        True,
        NOON,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_telling_many_costs_as_much_as_telling_one(count, django_assert_num_queries):
    people = [make_user(f"p{n}", email=f"p{n}@example.org") for n in range(count)]

    with django_assert_num_queries(3):
        tell(people, webhooks=["http://a.example/", "http://b.example/"])


@pytest.mark.django_db
def test_deliveries_go_through_the_channels_that_are_set(settings):
    settings.NOTICE_CHANNELS = ["email"]

    tell([make_user(email="a@example.org"), make_user()], webhooks=["http://a.example/"])

    assert list(Delivery.objects.values_list("channel", "address")) == [(Channel.EMAIL, "a@example.org")]


@pytest.mark.django_db
def test_without_channels_notices_stay_inside(settings):
    settings.NOTICE_CHANNELS = []

    tell([make_user(email="a@example.org")], webhooks=["http://a.example/"])

    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_one_address_is_called_once_and_no_person_sees_that_notice():
    person = make_user()

    tell([person], webhooks=["http://a.example/", "", "http://a.example/"])

    delivery = Delivery.objects.get()
    assert (delivery.address, delivery.notice.recipient) == ("http://a.example/", None)
    assert Notice.objects.visible_to(person).count() == 1


@pytest.mark.django_db
def test_nobody_to_tell_is_no_mistake(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tell([]) == []


@pytest.mark.django_db
def test_an_event_that_nobody_registered_is_a_mistake():
    with pytest.raises(KeyError):
        send_notices([make_user()], "test_unknown", params={}, url="/")


@pytest.mark.django_db
def test_params_that_do_not_fill_the_text_are_a_mistake():
    with pytest.raises(KeyError):
        send_notices([make_user()], "test_due", params={}, url="/")


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_notice_leads_to_our_own_pages_only(url):
    with pytest.raises(ValueError, match="a page of this site"):
        send_notices([make_user()], "test_yes", params={}, url=url)


@pytest.mark.django_db
def test_the_text_is_made_on_reading_in_local_time():
    tell([make_user()])

    assert text_of(Notice.objects.get()) == "Case 7 is due at 2026-03-10 12:00."


@pytest.mark.django_db
def test_the_text_is_made_in_the_readers_language():
    tell([make_user()])
    register_texts({"test_due": _("Yes")})
    notice = Notice.objects.get()

    with translation.override("zh-hans"):
        chinese = text_of(notice)
    with translation.override("en"):
        assert (chinese, text_of(notice)) == ("是", "Yes")


@pytest.mark.django_db
def test_an_old_notice_is_still_shown_when_its_text_has_changed_or_gone():
    assert text_of(Notice(event="test_due", params={"number": 7})) == "Case 7 is due at …."
    assert text_of(Notice(event="test_forgotten", params={})) == "test_forgotten"


# Sending out


@pytest.mark.django_db
def test_a_mail_speaks_the_recipients_language_and_has_a_link():
    tell([make_user(email="a@example.org", language="en")], number="8\n9")

    assert deliver_notices() == 1

    sent = mail.outbox[0]
    assert (sent.to, sent.subject) == (["a@example.org"], "Case 8 9 is due at 2026-03-10 12:00.")
    assert "https://grid.example/cases/7/" in sent.body
    assert str(Delivery.objects.get().key) in sent.extra_headers["Message-ID"]


@pytest.mark.django_db
def test_a_webhook_is_signed_and_carries_its_key(receiver):
    tell(webhooks=[receiver.url])

    assert deliver_notices() == 1

    path, headers, body = receiver.got[0]
    key = str(Delivery.objects.get().key)
    assert path == "/hook?from=grid"
    assert headers["Idempotency-Key"] == key
    assert headers["X-GridGov-Signature"] == "sha256=" + hmac.new(b"shared", body, hashlib.sha256).hexdigest()
    message = json.loads(body)
    assert (message["id"], message["event"], message["subject"]) == (key, "test_due", "case:7")
    assert message["url"] == "https://grid.example/cases/7/"


@pytest.mark.django_db
def test_what_was_sent_is_not_sent_again(receiver):
    tell(webhooks=[receiver.url])

    assert (deliver_notices(), deliver_notices()) == (1, 0)
    assert len(receiver.got) == 1


@pytest.mark.django_db
def test_only_the_receiver_that_is_down_is_tried_again(receiver):
    down = f"http://127.0.0.1:{unused_port()}/"
    tell([make_user(email="a@example.org")], webhooks=[down, receiver.url])

    with clock.at(clock.now()):
        assert deliver_notices() == 2
        stuck = Delivery.objects.exclude(state=DeliveryState.SENT).get()
        assert (stuck.address, stuck.attempts, stuck.leased_until) == (down, 1, None)
        assert stuck.next_try_at == clock.now() + timedelta(minutes=1)
        assert "refused" in stuck.last_error


@pytest.mark.django_db
def test_after_the_last_try_a_delivery_is_given_up_until_somebody_sends_it_again(receiver):
    receiver.status = 500
    with clock.at(NOON):
        tell(webhooks=[receiver.url])
        deliver_notices()
        for tries, pause in enumerate(BACKOFF, start=1):
            failed_at = clock.now()
            clock.set_to(failed_at + pause - timedelta(seconds=1))
            assert (deliver_notices(), len(receiver.got)) == (0, tries)
            clock.set_to(failed_at + pause)
            assert (deliver_notices(), len(receiver.got)) == (0, tries + 1)
        stuck = Delivery.objects.get()
        assert (stuck.state, stuck.attempts, stuck.last_error) == (
            DeliveryState.DEAD,
            6,
            "WebhookRefused: HTTP 500",
        )

        receiver.status = 204
        assert send_again([stuck]) == 1
        assert deliver_notices() == 1


@pytest.mark.django_db
def test_what_was_sent_cannot_be_sent_again_by_mistake(receiver):
    tell(webhooks=[receiver.url])
    deliver_notices()

    assert send_again(Delivery.objects.all()) == 0


@pytest.mark.django_db
def test_a_worker_that_died_leaves_its_deliveries_to_the_next(receiver):
    with clock.at(NOON):
        tell(webhooks=[receiver.url])
        outbox._lease_batch()  # and the worker is killed
        assert deliver_notices() == 0
        clock.set_to(NOON + outbox.LEASE)
        assert deliver_notices() == 1

    assert Delivery.objects.get().attempts == 2


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_everything_exactly_once(receiver):
    for n in range(60):
        tell(webhooks=[receiver.url], number=str(n))

    assert sum(race(*[deliver_notices] * 4)) == 60
    assert len({headers["Idempotency-Key"] for _path, headers, _body in receiver.got}) == 60


# Forgetting


@pytest.mark.django_db
def test_old_notices_go_but_not_those_still_on_their_way(receiver, monkeypatch):
    monkeypatch.setattr(outbox, "FORGOTTEN_AT_ONCE", 2)
    with clock.at(NOON):
        [waiting] = tell(webhooks=[receiver.url])
        for _n in range(3):
            tell([make_user(email="")])
        [new] = tell([make_user(email="")])
        Notice.objects.filter(pk=new.pk).update(created_at=NOON + timedelta(seconds=1))

    assert outbox.forget_notices(NOON + timedelta(seconds=1)) == 3
    assert set(Notice.objects.all()) == {waiting, new}


# Where webhooks may go


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8000/",
        "http://10.0.0.5/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://2130706433/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http:///nowhere",
    ],
)
def test_a_webhook_never_calls_into_the_own_network(settings, url):
    settings.WEBHOOK_ALLOW = []

    with pytest.raises(WebhookRefused):
        post_webhook(url, key="k", message={})


def test_a_redirect_is_not_followed(receiver):
    receiver.status = 302

    with pytest.raises(WebhookRefused, match="HTTP 302"):
        post_webhook(receiver.url, key="k", message={})
