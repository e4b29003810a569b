"""Robots of groups, other systems and their signatures: each hears in its own form, and one that is down harms nobody else."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from gridgov.models import Channel, Delivery, DeliveryState, NoticeKind
from gridgov.outbox import BACKOFF, deliver_notices, register_texts, send_again, send_notices
from grids.models import NoticeAddress, Organisation
from tests.factories import make_organisation
from tests.racing import race
from tests.receivers import Receiver, receiving

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
SECRET = "SEC0123456789abcdef"
ROBOTS = [Channel.WECOM, Channel.DINGTALK, Channel.FEISHU]
TAKEN = {
    Channel.WECOM: {"errcode": 0, "errmsg": "ok"},
    Channel.DINGTALK: {"errcode": 0, "errmsg": "ok"},
    Channel.FEISHU: {"code": 0, "msg": "success", "data": {}},
    Channel.WEBHOOK: {},
}
REFUSED = {
    Channel.WECOM: {"errcode": 93000, "errmsg": "invalid webhook url"},
    Channel.DINGTALK: {"errcode": 310000, "errmsg": "sign not match"},
    Channel.FEISHU: {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"},
}
BUSY = {
    Channel.WECOM: ({"errcode": 45009, "errmsg": "api freq out of limit"}, 200),
    Channel.DINGTALK: ({"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}, 200),
    Channel.FEISHU: ({"code": 9499, "msg": "too many request", "data": {}}, 400),
    Channel.WEBHOOK: ({}, 429),
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def unit(db, settings) -> Organisation:
    settings.NOTICE_CHANNELS = list(Channel)
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    settings.WEBHOOK_SECRET = "shared"
    settings.PUBLIC_URL = "https://grid.example"
    settings.LANGUAGE_CODE = "en"
    register_texts({"test_work": _("Case %(number)s waits")}, kind=NoticeKind.CASES)
    return make_organisation(name="城管中队")


def address(unit: Organisation, receiver: Receiver, channel: str, path: str = "", **fields) -> NoticeAddress:
    path = path or "/robot/send?access_token=robots-own-long-key"
    fields = {"secret": SECRET, "kinds": []} | fields
    return NoticeAddress.objects.create(
        organisation=unit, channel=channel, address=receiver.url(path), **fields
    )


def tell(unit: Organisation, *, number: str = "7", urgent: bool = False) -> None:
    send_notices(
        [],
        "test_work",
        params={"number": number},
        url="/cases/7/",
        urgent=urgent,
        outside=[f"organisation:{unit.pk}"],
    )


# Their forms


def test_wecom_gets_a_text_with_a_link(unit, receiver):
    receiver.says(TAKEN[Channel.WECOM])
    address(unit, receiver, Channel.WECOM, "/cgi-bin/webhook/send?key=k")
    tell(unit)

    assert deliver_notices() == 1
    [got] = receiver.got
    assert got.path == "/cgi-bin/webhook/send?key=k"
    assert got.json == {
        "msgtype": "text",
        "text": {"content": "Case 7 waits\nhttps://grid.example/cases/7/"},
    }


def test_what_is_longer_than_wecom_takes_is_cut_before_the_link(unit, receiver):
    receiver.says(TAKEN[Channel.WECOM])
    address(unit, receiver, Channel.WECOM)
    tell(unit, number="长" * 1000)

    assert deliver_notices() == 1
    content = receiver.got[0].json["text"]["content"]
    assert 2040 <= len(content.encode()) <= 2048
    assert content.endswith("…\nhttps://grid.example/cases/7/")


def test_dingtalk_signs_in_its_address(unit, receiver):
    receiver.says(TAKEN[Channel.DINGTALK])
    address(unit, receiver, Channel.DINGTALK)
    tell(unit)

    assert deliver_notices() == 1
    [got] = receiver.got
    asked = {name: value for name, [value] in parse_qs(urlsplit(got.path).query).items()}
    assert asked["access_token"] == "robots-own-long-key"
    assert abs(int(asked["timestamp"]) / 1000 - time.time()) < 60
    expected = hmac.new(SECRET.encode(), f"{asked['timestamp']}\n{SECRET}".encode(), hashlib.sha256)
    assert base64.b64decode(asked["sign"]) == expected.digest()
    assert got.json["msgtype"] == "text"


def test_feishu_signs_in_its_body_with_nothing_as_the_message(unit, receiver):
    receiver.says(TAKEN[Channel.FEISHU])
    address(unit, receiver, Channel.FEISHU)
    tell(unit)

    assert deliver_notices() == 1
    said = receiver.got[0].json
    assert abs(int(said["timestamp"]) - time.time()) < 60
    expected = hmac.new(f"{said['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256)
    assert base64.b64decode(said["sign"]) == expected.digest()
    assert (said["msg_type"], said["content"]["text"].splitlines()[0]) == ("text", "Case 7 waits")


@pytest.mark.parametrize("channel", [Channel.DINGTALK, Channel.FEISHU])
def test_without_a_secret_nothing_is_signed(unit, receiver, channel):
    receiver.says(TAKEN[channel])
    address(unit, receiver, channel, secret="")
    tell(unit)

    assert deliver_notices() == 1
    assert "sign" not in receiver.got[0].path + receiver.got[0].body.decode()


@pytest.mark.parametrize(("secret", "key"), [("own", b"own"), ("", b"shared")])
def test_a_webhook_is_signed_with_its_own_secret_or_the_common_one(unit, receiver, secret, key):
    address(unit, receiver, Channel.WEBHOOK, secret=secret)
    tell(unit)

    assert deliver_notices() == 1
    [got] = receiver.got
    expected = hmac.new(key, got.body, hashlib.sha256).hexdigest()
    assert got.headers["X-GridGov-Signature"] == f"sha256={expected}"
    assert got.json["url"] == "https://grid.example/cases/7/"


# Their refusals


@pytest.mark.parametrize("channel", ROBOTS)
def test_a_refusal_with_http_200_is_a_failure(unit, receiver, channel, caplog):
    receiver.says(REFUSED[channel])
    address(unit, receiver, channel)
    tell(unit)

    with clock.at(clock.now()):
        assert deliver_notices() == 0
        stuck = Delivery.objects.get()
        assert (stuck.state, stuck.attempts) == (DeliveryState.WAITING, 1)
        assert stuck.next_try_at == clock.now() + BACKOFF[0]
    assert (
        str(next(value for value in REFUSED[channel].values() if isinstance(value, int))) in stuck.last_error
    )


@pytest.mark.parametrize("channel", ROBOTS)
@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"{}", b""])
def test_what_is_no_robots_answer_is_a_failure(unit, receiver, channel, answer):
    receiver.answer = answer
    address(unit, receiver, channel)
    tell(unit)

    assert deliver_notices() == 0


@pytest.mark.parametrize("channel", [*ROBOTS, Channel.WEBHOOK])
def test_one_that_is_asked_too_often_is_waited_for_and_not_given_up(unit, receiver, channel):
    receiver.says(*BUSY[channel])
    with clock.at(NOON):
        address(unit, receiver, channel)
        tell(unit)
        for _round in range(10):
            assert deliver_notices() == 0
            clock.set_to(Delivery.objects.get().next_try_at)
        waiting = Delivery.objects.get()
        assert (waiting.state, waiting.attempts) == (DeliveryState.WAITING, 0)
        pause = timedelta(minutes=10 if channel == Channel.DINGTALK else 1)
        assert waiting.next_try_at == NOON + 10 * pause

        receiver.says(TAKEN[channel])
        assert deliver_notices() == 1


def test_one_that_is_too_busy_for_a_day_counts_as_failing(unit, receiver):
    receiver.says(*BUSY[Channel.WECOM])
    with clock.at(NOON):
        address(unit, receiver, Channel.WECOM)
        tell(unit)
        clock.set_to(NOON + timedelta(days=1))
        assert deliver_notices() == 0
        assert Delivery.objects.get().attempts == 1


@pytest.mark.parametrize("channel", [*ROBOTS, Channel.WEBHOOK])
def test_only_the_one_that_is_down_is_tried_again_given_up_and_sent_again(unit, channel):
    with receiving() as up, receiving() as down, clock.at(NOON):
        up.says(TAKEN[channel])
        down.says({"errcode": 1, "code": 1, "errmsg": "broken"}, 500)
        good, bad = address(unit, up, channel), address(unit, down, channel)
        tell(unit)

        assert deliver_notices() == 1
        for pause in BACKOFF:
            clock.set_to(clock.now() + pause)
            assert deliver_notices() == 0
        states = dict(Delivery.objects.values_list("address", "state"))
        assert states == {f"address:{good.pk}": "sent", f"address:{bad.pk}": "dead"}
        assert (len(up.got), len(down.got)) == (1, 1 + len(BACKOFF))

        down.says(TAKEN[channel])
        assert send_again(Delivery.objects.all()) == 1
        assert deliver_notices() == 1
        assert len(up.got) == 1


# What they hear


@pytest.mark.parametrize(
    ("fields", "urgent", "hears"),
    [
        ({"kinds": ["cases"]}, False, True),
        ({"kinds": ["duty", "late"]}, True, False),
        ({"urgent_only": True}, False, False),
        ({"urgent_only": True}, True, True),
        ({"is_active": False}, True, False),
    ],
)
def test_an_address_hears_what_it_wants_to_hear(unit, receiver, fields, urgent, hears):
    address(unit, receiver, Channel.WEBHOOK, **fields)
    tell(unit, urgent=urgent)

    assert Delivery.objects.exists() is hears


def test_a_channel_that_is_off_sends_nothing(unit, receiver, settings):
    settings.NOTICE_CHANNELS = ["webhook"]
    address(unit, receiver, Channel.WECOM)
    tell(unit)

    assert not Delivery.objects.exists()


def test_an_address_that_was_switched_off_meanwhile_is_left_alone(unit, receiver):
    one = address(unit, receiver, Channel.WECOM)
    tell(unit)
    NoticeAddress.objects.filter(pk=one.pk).update(is_active=False)

    assert deliver_notices() == 0
    assert Delivery.objects.get().state == DeliveryState.DROPPED
    assert receiver.got == []


@pytest.mark.parametrize("count", [1, 5])
def test_many_addresses_cost_as_much_as_one(unit, receiver, count, django_assert_num_queries):
    for number in range(count):
        address(unit, receiver, Channel.WEBHOOK, f"/{number}")

    with django_assert_num_queries(4):  # addresses, browsers, the notice, its deliveries
        tell(unit)


@pytest.mark.django_db(transaction=True)
def test_many_workers_call_each_robot_once(unit, receiver):
    receiver.says(TAKEN[Channel.DINGTALK])
    for number in range(3):
        address(unit, receiver, Channel.DINGTALK, f"/robot/send?access_token={number}")
    for number in range(10):
        tell(unit, number=str(number))

    assert sum(race(*[deliver_notices] * 4)) == 30
    assert len(receiver.got) == 30


# Secrets


@pytest.mark.parametrize("channel", [*ROBOTS, Channel.WEBHOOK])
def test_neither_key_nor_secret_stands_in_the_log_or_beside_the_delivery(unit, receiver, channel, caplog):
    key = "robots-own-long-key"
    receiver.says({"errcode": 1, "code": 1, "errmsg": f"no such robot: {key}, {SECRET}"}, 200)
    if channel == Channel.WEBHOOK:
        receiver.status = 500
    address(unit, receiver, channel, f"/{key}")
    tell(unit)

    assert deliver_notices() == 0
    kept = str(list(Delivery.objects.values_list())) + caplog.text
    assert "城管中队" in kept
    assert key not in kept
    assert SECRET not in kept


def test_a_robot_never_speaks_into_the_own_network(unit, receiver, settings):
    settings.WEBHOOK_ALLOW = []
    address(unit, receiver, Channel.WECOM)
    tell(unit)

    assert deliver_notices() == 0
    assert "own network" in Delivery.objects.get().last_error
    assert receiver.got == []
