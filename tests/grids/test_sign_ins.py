"""/me/sign-ins/ and /me/password/: where one is logged in, and how to end it."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from rest_framework.authtoken.models import Token

from gridgov.models import PushSubscription
from gridgov.subscriptions import IN_SESSION, subscribe_to_push
from grids import sign_ins
from grids.models import SignIn
from tests.factories import PASSWORD, make_user
from tests.sign_in import log_in, logged_in

pytestmark = pytest.mark.django_db
MINE = "/me/sign-ins/"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0"
)
NEW = "another-long-password-7"


@pytest.fixture
def person():
    return make_user("person")


def at(agent=WECHAT, name="person"):
    return log_in(name, client=Client(headers={"accept-language": "en", "user-agent": agent})).client


def sign_in_of(client):
    return SignIn.objects.get(session_id=client.session.session_key)


def test_it_lists_the_devices_and_says_which_is_this_one(person):
    here = at()
    at("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/130.0")

    text = re.sub(r"\s+", " ", here.get(MINE).content.decode())

    assert "WeChat · Android</strong> · this one" in text
    assert "Firefox · Windows</strong>" in text
    assert text.count("this one") == 1


def test_others_are_not_listed_and_can_not_be_ended(person):
    make_user("colleague")
    theirs = sign_in_of(at("Safari", "colleague"))
    mine = at()

    assert "Safari</strong>" not in mine.get(MINE).content.decode()
    assert mine.post(f"{MINE}{theirs.pk}/end/").status_code == 404
    assert SignIn.objects.filter(pk=theirs.pk).exists()


def test_ending_one_logs_out_there_only(person):
    here, there = at(), at()

    assert here.post(f"{MINE}{sign_in_of(there).pk}/end/")["Location"] == MINE
    assert there.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200


def test_ending_this_one_leads_to_the_log_in(person):
    here = at()

    assert here.post(f"{MINE}{sign_in_of(here).pk}/end/")["Location"] == "/login/"
    assert not logged_in(here)


def test_everywhere_is_everywhere_and_the_key_to_the_api_too(person):
    here, there = at(), at()
    Token.objects.create(user=person)

    assert here.post(f"{MINE}end/")["Location"] == "/login/"

    assert not logged_in(here)
    assert there.get("/api/v1/session/").status_code == 401
    assert not Token.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize("path", ["end/", "1/end/"])
def test_looking_ends_nothing(person, path):
    assert at().get(f"{MINE}{path}").status_code == 405


@pytest.mark.parametrize("path", [MINE, "/me/password/"])
def test_strangers_are_sent_to_the_log_in(path):
    assert Client().get(path)["Location"].startswith("/login/")


def test_logging_out_takes_it_from_the_list(person):
    at().post("/logout/")

    assert not SignIn.objects.exists()


def test_an_ended_session_is_not_listed(person):
    here, there = at(), at()
    Session.objects.filter(pk=there.session.session_key).update(expire_date="2020-01-01T00:00Z")

    assert here.get(MINE).content.decode().count("list__main") == 1


def test_last_seen_is_written_every_few_minutes_only(person, django_assert_num_queries):
    client = at()
    SignIn.objects.update(seen_at="2020-01-01T00:00Z")
    client.get("/api/v1/session/")
    assert SignIn.objects.get().seen_at.year == 2020

    key = client.session.session_key
    sign_ins._written[key] -= sign_ins.TOUCH_EVERY_S
    client.get("/api/v1/session/")
    assert SignIn.objects.get().seen_at.year > 2020
    with django_assert_num_queries(2):  # session and person
        client.get("/api/v1/session/")


def test_a_log_in_of_before_is_noted_when_it_is_seen(person):
    client = at()
    SignIn.objects.all().delete()
    sign_ins._written.clear()

    client.get("/me/")

    assert sign_in_of(client).user == person


# The password


def change(client, old=PASSWORD, new=NEW, again=None):
    body = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post("/me/password/", body)


def test_another_password_logs_out_everywhere_else(person):
    here, there = at(), at()
    Token.objects.create(user=person)

    assert change(here)["Location"] == "/me/"

    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302
    assert not Token.objects.exists()
    assert [each.session_id for each in SignIn.objects.all()] == [here.session.session_key]
    assert logged_in(log_in("person", NEW).client)


@pytest.mark.parametrize(
    "body", [{"old": "wrong"}, {"again": "something-else-8"}, {"new": "short"}, {"new": "12345678901"}]
)
def test_a_password_that_is_not_good_changes_nothing(person, body):
    client = at()

    assert change(client, **body).status_code == 422
    assert logged_in(log_in("person").client)


def test_guessing_the_old_password_has_to_wait_as_at_the_log_in(person):
    client = at()

    assert [change(client, old="wrong").status_code for _ in range(5)] == [422] * 4 + [429]
    assert change(client).status_code == 429
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_password_that_an_administrator_sets_logs_out_everywhere(person, administrator, client):
    there = at()
    Token.objects.create(user=person)
    client.force_login(administrator)

    body = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert client.post(f"/admin/grids/user/{person.pk}/password/", body).status_code == 302

    assert there.get("/me/").status_code == 302
    assert not Token.objects.exists()
    assert not SignIn.objects.filter(user=person).exists()


def test_any_other_change_of_a_person_ends_nothing(person):
    client = at()
    person.phone = "13800000000"
    person.save()

    assert client.get("/me/").status_code == 200


def test_a_session_outlives_five_minutes_of_silence(person):
    client = at()
    sign_ins._written.clear()
    SignIn.objects.update(seen_at=SignIn.objects.get().seen_at - timedelta(hours=1))

    assert client.get("/me/").status_code == 200


# What is pushed to the browsers one is logged in on


def pushed_to(client, person, endpoint):
    """Logged in there, the browser has asked to be pushed to."""
    subscribe_to_push(person, endpoint=endpoint, p256dh="key", auth="secret")
    session = client.session
    session[IN_SESSION] = endpoint
    session.save()
    return client


@pytest.fixture
def here(person):
    return pushed_to(at(), person, "https://push/here")


@pytest.fixture
def there(person):
    return pushed_to(at(), person, "https://push/there")


def browsers():
    return set(PushSubscription.objects.values_list("endpoint", flat=True))


def test_nothing_is_pushed_to_a_browser_whose_log_in_was_ended(here, there):
    here.post(f"{MINE}{sign_in_of(there).pk}/end/")

    assert browsers() == {"https://push/here"}


def test_nothing_is_pushed_anywhere_after_a_log_out_everywhere(here, there):
    here.post(f"{MINE}end/")

    assert browsers() == set()


def test_another_password_ends_what_is_pushed_but_here(here, there):
    here.post(
        "/me/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}, follow=True
    )

    assert browsers() == {"https://push/here"}
    here.post("/logout/")
    assert browsers() == set()


def test_a_password_that_somebody_else_set_ends_what_is_pushed_everywhere(person, here):
    subscribe_to_push("follower:12", endpoint="https://push/here", p256dh="key", auth="secret")
    person.set_password(NEW)
    person.save()

    assert list(PushSubscription.objects.values_list("subject", flat=True)) == ["follower:12"]
