"""Administrators say where an organisation hears; what is secret is written and never read again."""

from collections.abc import Iterator

import pytest

from gridgov.models import Delivery
from gridgov.outbox import deliver_notices
from grids.models import NoticeAddress, Organisation
from tests.factories import make_organisation, make_user
from tests.receivers import Receiver, receiving

pytestmark = pytest.mark.django_db
LIST = "/admin/grids/noticeaddress/"
KEY = "https://oapi.dingtalk.com/robot/send?access_token=own-key"


@pytest.fixture
def unit(settings) -> Organisation:
    settings.WEBHOOK_ALLOW = ["oapi.dingtalk.com", "qyapi.weixin.qq.com"]
    return make_organisation(name="城管中队")


@pytest.fixture
def page(client):
    client.force_login(make_user("root", is_staff=True, is_superuser=True, language="en"))
    return client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def post(page, unit, url=f"{LIST}add/", **fields):
    sent = {"organisation": unit.pk, "channel": "dingtalk", "new_address": KEY, "new_secret": "SECx"}
    return page.post(url, sent | {"is_active": "on"} | fields, headers={"accept-language": "en"})


def test_an_address_is_kept_with_its_secret(page, unit):
    assert post(page, unit, kinds=["cases", "late"]).status_code == 302

    kept = NoticeAddress.objects.get()
    assert (kept.address, kept.secret, kept.kinds) == (KEY, "SECx", ["cases", "late"])


def test_what_is_secret_is_never_shown_again(page, unit):
    post(page, unit)
    one = NoticeAddress.objects.get()

    pages = [LIST, f"{LIST}{one.pk}/change/", f"{LIST}{one.pk}/history/", f"{LIST}{one.pk}/delete/"]
    shown = "".join(page.get(url).content.decode() for url in pages)
    assert "oapi.dingtalk.com" in shown
    assert "own-key" not in shown
    assert "SECx" not in shown


def test_what_is_left_empty_stays_and_what_is_typed_is_changed(page, unit):
    post(page, unit)
    change = f"{LIST}{NoticeAddress.objects.get().pk}/change/"
    assert post(page, unit, change, new_address="", new_secret="", urgent_only="on").status_code == 302
    kept = NoticeAddress.objects.get()
    assert (kept.address, kept.secret, kept.urgent_only) == (KEY, "SECx", True)

    post(page, unit, change, new_address=f"{KEY}2", new_secret="SECy")
    kept = NoticeAddress.objects.get()
    assert (kept.address, kept.secret) == (f"{KEY}2", "SECy")

    post(page, unit, change, new_address="", new_secret="", without_secret="on")
    assert NoticeAddress.objects.get().secret == ""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "required"),
        ("ftp://example.org/", "http"),
        ("http://127.0.0.1/", "own network"),
        ("http://169.254.169.254/latest/", "own network"),
        ("http://10.1.2.3/", "own network"),
        ("http://[::1]/", "own network"),
        ("http://[::ffff:10.1.2.3]/", "own network"),
        ("http://[64:ff9b::10.1.2.3]/", "own network"),
        ("http://example.org:99999/", "http"),
        (f"http://{'a' * 64}.example.org/", "valid"),
    ],
)
def test_an_address_inside_or_of_no_page_is_refused(page, unit, address, words):
    answer = post(page, unit, new_address=address)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not NoticeAddress.objects.exists()


def test_an_organisation_has_an_address_once(page, unit):
    post(page, unit)

    assert "already" in post(page, unit).content.decode()
    assert NoticeAddress.objects.count() == 1


def test_a_test_is_sent_whatever_it_wants_to_hear(page, unit, receiver, settings):
    settings.NOTICE_CHANNELS, settings.WEBHOOK_ALLOW = ["dingtalk"], ["127.0.0.1"]
    receiver.says({"errcode": 0})
    post(page, unit, new_address=receiver.url("/robot"), kinds=["late"], urgent_only="on")
    one = NoticeAddress.objects.get()
    page.post(LIST, {"action": "send_test", "_selected_action": [one.pk]})

    assert deliver_notices() == 1
    assert "城管中队" in receiver.got[0].json["text"]["content"]


def test_whoever_looks_after_what_got_stuck_sees_whose_it_is_but_no_key(page, unit, receiver, settings):
    settings.NOTICE_CHANNELS, settings.WEBHOOK_ALLOW = ["dingtalk"], ["127.0.0.1"]
    receiver.says({"errcode": 310000, "errmsg": "sign not match"})
    post(page, unit, new_address=receiver.url("/robot?access_token=own-key-that-is-long"))
    page.post(LIST, {"action": "send_test", "_selected_action": [NoticeAddress.objects.get().pk]})
    deliver_notices()

    stuck = Delivery.objects.get()
    for url in ("/admin/gridgov/delivery/", f"/admin/gridgov/delivery/{stuck.pk}/change/"):
        text = page.get(url).content.decode()
        assert "城管中队" in text
        assert "310000: sign not match" in text
        assert "own-key" not in text


def test_who_may_not_change_addresses_sees_none(client, unit):
    client.force_login(make_user("plain", is_staff=True))

    assert client.get(LIST).status_code == 403
    assert post(client, unit).status_code == 403
    assert not NoticeAddress.objects.exists()
