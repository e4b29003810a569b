"""How much strangers may send: counts by device and address, the small sum, and who is kept out."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from cases import public_challenge
from cases.models import BlockedSender, Case, CaseClass, Follower, Publicity
from cases.public_challenge import is_answered, new_challenge, spend
from cases.services.contact import forget_contacts
from cases.services.senders import block_sender, change_block
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.models import Photo
from gridgov.photos_ahead import forget_waiting_photos
from tests.case_factories import case_in, jpeg, make_case
from tests.factories import inside, make_user
from tests.without_redis import without_redis

pytestmark = pytest.mark.django_db
URL = "/report/"
EN = {"accept-language": "en"}
SUMS = {word: number for number, word in enumerate(public_challenge._WORDS["en"])}


@pytest.fixture
def limits(settings):
    """Limits that a test reaches."""
    settings.PUBLIC_LIMITS = settings.PUBLIC_LIMITS | {
        "report": {"device": ["2/h", "4/h"], "address": ["6/h", "8/h"]},
        "join": {"device": ["1/h", "2/h"], "address": ["9/h", "9/h"]},
    }
    return settings


def sent(city, **fields):
    point = inside(city.grid)
    return {
        "idempotency_key": str(uuid.uuid4()),
        "longitude": point.x,
        "latitude": point.y,
        "description": "路灯整夜不亮",
        "looked": "on",
    } | fields


def asked(response) -> tuple[str, int]:
    """The token of the question on a page, and its answer."""
    page = response.content.decode()
    one, other = re.search(r"How much is (\w+) plus (\w+)\?", page).groups()
    return re.search(r'name="challenge_token" value="([^"]+)"', page)[1], SUMS[one] + SUMS[other]


def report(client, city, times=1, **fields):
    for _ in range(times):
        response = client.post(URL, sent(city, **fields), headers=EN)
    return response


def test_a_small_sum_is_asked_only_after_the_first_ones(client, city, limits) -> None:
    assert report(client, city, 2).status_code == 302
    assert "How much is" in client.get(URL, headers=EN).content.decode()
    refused = report(client, city, description="第三件", photos=[jpeg()])
    assert refused.status_code == 422
    assert "第三件" in refused.content.decode()
    token, answer = asked(refused)
    kept = re.findall(r'name="kept" value="([^"]+)"', refused.content.decode())
    right = {"challenge_token": token, "challenge_answer": str(answer), "kept": kept}
    assert report(client, city, **right).status_code == 302
    assert Case.objects.count() == 3
    # It opens the door once.
    assert report(client, city, **right).status_code == 422


def test_a_wrong_sum_an_old_one_and_none_are_asked_anew(client, city, limits, monkeypatch) -> None:
    report(client, city, 2)
    token, answer = asked(client.get(URL, headers=EN))
    for wrong in (str(answer + 1), "", "many"):
        refused = report(client, city, challenge_token=token, challenge_answer=wrong)
        assert refused.status_code == 422
        assert asked(refused)[0] != token
    monkeypatch.setattr(public_challenge, "LIVES_S", -1)
    assert report(client, city, challenge_token=token, challenge_answer=str(answer)).status_code == 422
    assert Case.objects.count() == 2


def test_what_was_answered_rightly_stays_answered_while_the_rest_is_corrected(client, city, limits) -> None:
    report(client, city, 2)
    token, answer = asked(client.get(URL, headers=EN))
    right = {"challenge_token": token, "challenge_answer": str(answer)}
    refused = report(client, city, **right, contact_phone="12")
    assert token in refused.content.decode()
    assert report(client, city, **right).status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_sum_may_be_answered_in_figures_or_words_of_either_language(language, settings) -> None:
    from django.utils import translation

    with translation.override(language):
        challenge = new_challenge()
    number = next(number for number in range(2, 21) if is_answered(challenge.token, str(number)))
    for words in public_challenge._WORDS.values():
        assert is_answered(challenge.token, f" {words[number].upper()} ")
        assert not is_answered(challenge.token, words[number - 1])
    assert not is_answered("forged", str(number))
    # Nobody reads the answer from the token.
    assert str(number) not in [
        str(one) for one in signing.loads(challenge.token, salt=public_challenge._SALT)
    ]
    assert spend(challenge.token)
    assert not spend(challenge.token)


def test_past_the_limit_nothing_is_taken_and_what_was_typed_is_shown(client, city, limits) -> None:
    limits.PUBLIC_LIMITS["report"]["device"] = ["9/h", "2/h"]
    report(client, city, 2)
    refused = report(client, city, description="第三件")
    assert refused.status_code == 429
    assert "第三件" in refused.content.decode()
    assert "12345" in refused.content.decode()
    assert Case.objects.count() == 2


def test_many_devices_of_one_address_are_counted_together(city, limits) -> None:
    limits.PUBLIC_LIMITS["report"] = {"device": ["9/h", "9/h"], "address": ["9/h", "2/h"]}
    for _ in range(2):
        report(Client(), city)
    assert report(Client(), city).status_code == 429
    elsewhere = Client(REMOTE_ADDR="2001:db8::1")
    assert report(elsewhere, city).status_code == 302
    report(Client(REMOTE_ADDR="2001:db8::2"), city)
    # One /64 is one network.
    assert report(Client(REMOTE_ADDR="2001:db8::3"), city).status_code == 429


def test_only_the_proxy_in_front_is_believed_about_the_address(city, settings) -> None:
    told = {"X-Forwarded-For": "1.2.3.4, 5.6.7.8"}
    Client(headers=told).post(URL, sent(city))
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    Client(headers=told).post(URL, sent(city))
    Client(headers={"X-Forwarded-For": "9.9.9.9, 5.6.7.8"}).post(URL, sent(city))
    direct, first, second = Follower.objects.order_by("pk").values_list("address_hash", flat=True)
    assert first == second != direct


def test_a_sender_is_known_again_by_hashes_alone(client, city) -> None:
    report(client, city, 2)
    first, second = Follower.objects.all()
    assert (first.device_hash, first.address_hash) == (second.device_hash, second.address_hash)
    assert client.cookies["device"].value.split(":")[0] not in first.device_hash
    assert "127.0.0.1" not in first.address_hash
    client.cookies["device"] = "made-up:signature"
    assert report(client, city).status_code == 302
    assert Follower.objects.last().device_hash != first.device_hash


def test_with_the_contacts_the_traces_of_followers_are_cleared(client, cast) -> None:
    follower = Follower.objects.create(
        case=case_in("closed", cast), code="ABCDEFGH2345", since=clock.now(), email="a@b.cn", device_hash="x"
    )
    assert forget_contacts() == 0
    Case.objects.filter(pk=follower.case_id).update(closed_at=clock.now() - timedelta(days=400))
    forget_contacts()
    follower.refresh_from_db()
    assert (follower.email, follower.device_hash, follower.code) == ("", "", "ABCDEFGH2345")


def test_who_is_blocked_is_not_heard_until_the_end(client, cast) -> None:
    report(client, cast.city)
    follower = Follower.objects.get()
    until = clock.now() + timedelta(days=3)
    for stranger in (cast.citizen, cast.stranger):
        with pytest.raises(NotFoundForYou):
            block_sender(follower.pk, actor=stranger, reason="骚扰", until=until)
    with pytest.raises(NotPermitted):
        block_sender(follower.pk, actor=cast.inspector, reason="骚扰", until=until)
    (blocked,) = block_sender(follower.pk, actor=cast.operator, reason="骚扰", until=until)
    refused = report(client, cast.city, description="又来了")
    assert refused.status_code == 403
    assert "又来了" in refused.content.decode()
    assert report(Client(), cast.city).status_code == 302  # the address was not blocked
    with pytest.raises(NotPermitted):
        change_block(blocked.pk, actor=cast.operator, reason="完", until=clock.now())
    change_block(blocked.pk, actor=make_user("root", is_superuser=True), reason="误会", until=clock.now())
    assert report(client, cast.city).status_code == 302


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": " "}, "reason"),
        ({"until": timedelta(days=91)}, "until"),
        ({"until": timedelta(0)}, "until"),
    ],
)
def test_a_block_has_a_reason_and_an_end(client, cast, fields, said) -> None:
    from django.core.exceptions import ValidationError

    report(client, cast.city)
    until = clock.now() + fields.get("until", timedelta(days=1))
    with pytest.raises(ValidationError) as refused:
        block_sender(
            Follower.objects.get().pk, actor=cast.operator, reason=fields.get("reason", "骚扰"), until=until
        )
    assert said in refused.value.message_dict


def test_blocked_senders_are_changed_in_the_admin_through_the_service(admin_client, admin_user) -> None:
    blocked = BlockedSender.objects.create(
        sender_hash="x" * 64, reason="骚扰", blocked_by=admin_user, blocked_at=clock.now(), until=clock.now()
    )
    url = reverse("admin:cases_blockedsender_change", args=[blocked.pk])
    assert admin_client.get(reverse("admin:cases_blockedsender_changelist")).status_code == 200
    response = admin_client.post(url, {"reason": "还在骚扰", "until_0": "2030-01-01", "until_1": "00:00"})
    assert response.status_code == 302
    blocked.refresh_from_db()
    assert (blocked.reason, blocked.until.year in (2029, 2030)) == ("还在骚扰", True)
    assert admin_client.get(reverse("admin:cases_blockedsender_add")).status_code == 403


def test_nothing_is_lost_when_nobody_can_count(client, city, limits) -> None:
    limits.PUBLIC_LIMITS["report"]["device"] = ["1/h", "1/h"]
    without_redis(limits)
    assert [report(client, city).status_code for _ in range(3)] == [302, 302, 302]


def test_where_the_door_is_closed_no_photo_is_kept_either(client, city, limits) -> None:
    limits.PUBLIC_LIMITS["report"]["device"] = ["9/h", "1/h"]
    report(client, city)
    assert report(client, city, photos=[jpeg()]).status_code == 429
    assert not Photo.objects.exists()


def test_a_case_is_joined_so_often_and_no_more(client, cast, limits) -> None:
    CaseClass.objects.update(publicity=Publicity.PLACE)
    urls = [f"/report/join/{make_case(cast).number}/" for _ in range(3)]
    assert client.post(urls[0]).status_code == 302
    asked_first = client.post(urls[1], headers=EN)
    assert asked_first.status_code == 422
    token, answer = asked(asked_first)
    right = {"challenge_token": token, "challenge_answer": str(answer)}
    assert client.post(urls[1], right).status_code == 302
    token, answer = asked(client.get(urls[2], headers=EN))
    right = {"challenge_token": token, "challenge_answer": str(answer)}
    assert client.post(urls[2], right).status_code == 429


def test_photos_of_strangers_that_nothing_claimed_go_after_a_day(client, city) -> None:
    report(client, city, contact_phone="12", photos=[jpeg()])
    now = clock.now()
    assert forget_waiting_photos(now - timedelta(days=60), strangers_before=now - timedelta(days=1)) == 0
    assert forget_waiting_photos(now - timedelta(days=60), strangers_before=now + timedelta(hours=1)) == 1
