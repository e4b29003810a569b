"""The second factor: set up, asked at each log-in, lost and found."""

import uuid

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from grids.models import SignIn
from tests.factories import PASSWORD, make_user
from tests.sign_in import (
    CODE,
    ENGLISH,
    code_now,
    key_shown,
    log_in,
    logged_in,
    with_second_factor,
    wrong_code,
)

pytestmark = pytest.mark.django_db
MINE, SET_UP, CODES = "/me/second-factor/", "/me/second-factor/set-up/", "/me/second-factor/codes/"
REMOVE, CONFIRM = "/me/second-factor/remove/", "/me/confirm/"


@pytest.fixture(autouse=True)
def _no_earlier_tries(settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": str(uuid.uuid4())}}


@pytest.fixture
def person():
    return make_user("person")


@pytest.fixture
def administrator_without():
    return make_user("admin", is_staff=True, is_superuser=True)


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def confirm(client, where):
    """Type the password once more, as is asked before anything that protects the account."""
    answer = client.get(where)
    assert answer["Location"].startswith(CONFIRM)
    return client.post(answer["Location"], {"password": PASSWORD}, follow=True)


def set_up(client, where=SET_UP):
    page = confirm(client, where)
    key = key_shown(page.content.decode())
    return client.post(SET_UP, {"code": code_now(key)}, follow=True)


def test_setting_it_up_asks_for_the_password_shows_a_square_and_gives_recovery_codes(person):
    client = log_in("person").client
    page = confirm(client, SET_UP)

    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    key = key_shown(page.content.decode())
    after = client.post(SET_UP, {"code": code_now(key)}, follow=True)
    assert after.request["PATH_INFO"] == CODES
    assert len(after.context["unused_codes"]) == 10


def test_a_wrong_first_code_turns_nothing_on(person):
    client = log_in("person").client
    confirm(client, SET_UP)

    page = client.post(SET_UP, {"code": "000000"})

    assert page.status_code == 200
    assert not Authenticator.objects.exists()


def test_the_password_has_to_be_right(person):
    client = log_in("person").client
    where = client.get(SET_UP)["Location"]

    assert client.post(where, {"password": "wrong"}).status_code == 200
    assert client.get(SET_UP)["Location"].startswith(CONFIRM)


def test_setting_it_up_logs_out_everywhere_else(person):
    elsewhere = log_in("person").client
    Token.objects.create(user=person)
    client = log_in("person").client

    set_up(client)

    assert logged_in(client)
    assert elsewhere.get("/me/").status_code == 302
    assert not Token.objects.exists()
    assert SignIn.objects.count() == 1


def test_the_key_is_not_readable_in_the_database(person):
    client = log_in("person").client
    page = confirm(client, SET_UP)
    key = key_shown(page.content.decode())
    client.post(SET_UP, {"code": code_now(key)})

    assert key not in str(Authenticator.objects.get(type="totp").data)


def test_name_and_password_alone_let_nobody_in(person):
    with_second_factor(person)
    answer = log_in("person", next_url="/notices/")

    assert answer["Location"] == CODE
    assert not logged_in(answer.client)
    assert answer.client.get("/me/").status_code == 302


def test_the_code_does_and_leads_where_one_wanted_to_go(person):
    with_second_factor(person)
    client = log_in("person", next_url="/notices/").client

    answer = client.post(CODE, {"code": code_now()})

    assert answer["Location"] == "/notices/"
    assert logged_in(client)


@pytest.mark.parametrize("later", [-1, 1])
def test_a_phone_whose_clock_is_a_little_off_does_too(person, later):
    with_second_factor(person)
    client = log_in("person").client
    client.post(CODE, {"code": code_now(later=later)})

    assert logged_in(client)


def test_a_wrong_code_does_not(person):
    with_second_factor(person)
    client = log_in("person").client

    assert "This code is wrong" in client.post(CODE, {"code": wrong_code()}).content.decode()
    assert not logged_in(client)


def test_a_code_is_good_once(person):
    with_second_factor(person)
    code = code_now(later=1)
    assert logged_in(_with_code(code))

    assert not logged_in(_with_code(code))


def _with_code(code):
    client = log_in("person").client
    client.post(CODE, {"code": code})
    return client


def test_a_recovery_code_is_good_once(person):
    code = with_second_factor(person)[0]

    assert logged_in(_with_code(code))
    assert not logged_in(_with_code(code))


def test_without_a_password_before_there_is_no_second_step():
    assert Client().get(CODE)["Location"] == "/login/"
    assert Client().post(CODE, {"code": "000000"})["Location"] == "/login/"


def test_somebody_else_can_begin_anew_at_the_second_step(person):
    with_second_factor(person)
    make_user("colleague")
    client = log_in("person").client

    assert client.get("/login/?again").status_code == 200
    log_in("colleague", client=client)
    assert logged_in(client)


def test_taking_it_away_asks_for_the_password(person):
    client = log_in("person").client
    set_up(client)
    session = client.session
    del session["account_authentication_methods"]
    session.save()

    assert client.post(REMOVE)["Location"].startswith("/me/confirm/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_taken_away_the_password_is_enough_again(person):
    client = log_in("person").client
    set_up(client)

    client.post(REMOVE)

    assert not Authenticator.objects.exists()
    assert logged_in(log_in("person").client)


def test_new_recovery_codes_make_the_old_ones_worthless(person):
    client = log_in("person").client
    old = set_up(client).context["unused_codes"]

    new = client.post("/me/second-factor/codes/new/", follow=True).context["unused_codes"]

    assert set(old).isdisjoint(new)
    assert not logged_in(_with_code(old[0]))
    assert logged_in(_with_code(new[0]))


@pytest.mark.parametrize(
    "path", [MINE, SET_UP, CODES, REMOVE, CONFIRM, "/me/confirm/code/", "/me/second-factor/codes/new/"]
)
def test_strangers_are_sent_to_the_log_in(path):
    answer = Client().get(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


# Administrators


def test_an_administrator_without_one_is_led_to_it_before_anything_that_asks_for_a_log_in(
    required, administrator_without
):
    client = log_in("admin").client

    for path in ("/", "/cases/", "/announcements/", "/me/", "/admin/", "/admin/grids/user/"):
        assert client.get(path)["Location"].startswith(f"{SET_UP}?next=")
    assert client.post("/admin/grids/post/add/", {})["Location"].startswith(SET_UP)
    page = set_up(client, client.get("/admin/grids/user/")["Location"])
    assert page.context["after"] == "/admin/grids/user/"
    assert client.get("/admin/grids/user/").status_code == 200


def test_an_administrator_without_one_can_still_speak_another_language_look_at_public_pages_and_leave(
    required, administrator_without
):
    client = log_in("admin").client

    assert client.post("/language/", {"language": "en"})["Location"] == "/"
    assert client.get("/board/").status_code == 200
    assert client.post("/logout/")["Location"] == "/login/"
    assert not logged_in(client)


def test_the_api_takes_no_session_of_an_administrator_without_one(required, administrator_without):
    client = log_in("admin").client
    refused = client.get("/api/v1/areas/")

    assert refused.status_code == 403
    assert "second factor" in refused.json()["errors"][0]["detail"]
    set_up(client)
    assert client.get("/api/v1/areas/").status_code == 200


def test_staff_that_is_no_superuser_is_led_to_it_too(required):
    make_user("clerk", is_staff=True)

    assert log_in("clerk").client.get("/admin/")["Location"].startswith(SET_UP)


def test_in_the_demo_nobody_is_led_anywhere(settings, administrator_without):
    settings.SECOND_FACTOR_REQUIRED = False

    assert log_in("admin").client.get("/admin/").status_code == 200


def test_an_administrator_can_not_do_without(required, administrator_without):
    client = log_in("admin").client
    set_up(client)
    assert "Administrators can" in client.get(REMOVE).content.decode()

    client.post(REMOVE)

    assert Authenticator.objects.filter(type="totp").exists()


# The API's token


def ask_token(**body):
    return APIClient().post("/api/v1/auth/token/", {"password": PASSWORD, **body}, headers=ENGLISH)


def test_no_token_goes_round_the_second_factor(person):
    with_second_factor(person)

    assert ask_token(username="person").json()["errors"][0]["attr"] == "code"
    assert ask_token(username="person", code=wrong_code()).status_code == 400
    assert not Token.objects.exists()


def test_with_the_code_there_is_a_token(person):
    with_second_factor(person)

    assert ask_token(username="person", code=code_now()).status_code == 200
    assert ask_token(username="person", code=code_now()).status_code == 400  # used


def test_an_administrator_without_one_gets_no_token(required, administrator_without):
    answer = ask_token(username="admin")

    assert answer.status_code == 400
    assert "second factor" in answer.json()["errors"][0]["detail"]
    assert not Token.objects.exists()


def test_a_code_nobody_needs_is_passed_over(person):
    assert ask_token(username="person", code="000000").status_code == 200
