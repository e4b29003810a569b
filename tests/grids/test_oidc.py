"""Logging in at a sign-in service: a real one of OpenID Connect, in this process."""

import socket
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from gridgov import clock
from grids.models import Post, User
from tests.factories import make_user
from tests.openid_provider import forger_key
from tests.sign_in import (
    BACK,
    CODE,
    ENGLISH,
    START,
    code_now,
    come_in,
    logged_in,
    to_the_service,
    with_second_factor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user("person")


# Without the settings


def test_without_settings_there_is_no_trace_of_it(settings):
    settings.OIDC_SERVER_URL = ""
    client = Client(headers=ENGLISH)

    assert client.get(START).status_code == client.get(BACK).status_code == 404
    assert "oidc" not in client.get("/login/").content.decode()


def test_with_them_the_log_in_page_offers_it_and_keeps_where_one_wanted_to_go(provider):
    html = Client(headers=ENGLISH).get("/login/?next=/notices/").content.decode()

    assert 'href="/login/oidc/?next=/notices/"' in html


# Who it is


def test_whoever_is_entered_under_the_name_comes_in_and_is_linked(provider, person):
    answer = come_in(next_url="/notices/")

    assert answer["Location"] == "/notices/"
    assert answer.client.session["_auth_user_id"] == str(person.pk)
    account = SocialAccount.objects.get()
    assert (account.uid, account.extra_data) == ("s-1", {})


def test_after_so_many_hours_one_comes_in_again_however_busy(provider, person, settings, monkeypatch):
    settings.OIDC_HOURS = 12
    client = come_in().client
    until = clock.now() + timedelta(hours=12)

    session = client.session
    session["busy"] = True
    session.save()
    assert abs(session.get_expiry_date() - until) < timedelta(minutes=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: until + timedelta(minutes=1))
    assert client.get("/me/")["Location"].startswith("/login/")


def test_the_second_factor_makes_such_a_log_in_no_longer(provider, person, settings):
    settings.OIDC_HOURS = 12
    with_second_factor(person)
    client = come_in().client

    client.post(CODE, {"code": code_now()})

    assert logged_in(client)
    assert client.session.get_expiry_date() < clock.now() + timedelta(hours=13)


def test_the_request_to_the_service_carries_state_and_a_proof(provider, person):
    asked = parse_qs(urlsplit(Client().get(START)["Location"]).query)

    assert asked["redirect_uri"] == ["http://testserver/login/oidc/callback/"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 16


def test_once_linked_the_link_counts_whatever_the_name(provider, person):
    come_in()
    provider.claims["preferred_username"] = "renamed"

    assert logged_in(come_in().client)
    assert SocialAccount.objects.get().extra_data == {}


def test_a_verified_e_mail_that_one_person_has_will_do(provider):
    person = make_user("other", email="Zhang@example.com")
    provider.claims |= {"email": "zhang@example.com", "email_verified": True}

    assert come_in().client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize("verified", [False, None, "false", "yes", 1])
def test_an_e_mail_that_is_not_verified_will_not(provider, verified):
    make_user("other", email="zhang@example.com")
    provider.claims |= {"email": "zhang@example.com", "email_verified": verified}

    assert come_in().status_code == 403


def test_an_e_mail_that_two_people_have_will_not(provider):
    make_user("one", email="zhang@example.com")
    make_user("two", email="zhang@example.com")
    provider.claims |= {"email": "zhang@example.com", "email_verified": True}

    assert come_in().status_code == 403


def test_an_unknown_person_is_refused_in_plain_words(provider):
    answer = come_in()

    assert answer.status_code == 403
    assert "nobody has entered you here" in answer.content.decode()
    assert not logged_in(answer.client)
    assert not User.objects.exists()


def test_by_setting_an_unknown_person_is_entered_without_posts(provider, settings):
    settings.OIDC_ADD_PEOPLE = True

    assert logged_in(come_in().client)

    person = User.objects.get()
    assert (person.username, str(person), person.has_usable_password()) == ("person", "张三", False)
    assert not person.is_staff
    assert not Post.objects.exists()


@pytest.mark.parametrize("name", [None, "", "a b", "x" * 151, {"a": 1}])
def test_a_name_that_can_not_be_used_is_refused(provider, settings, name):
    settings.OIDC_ADD_PEOPLE = True
    provider.claims["preferred_username"] = name

    assert come_in().status_code == 403
    assert not User.objects.exists()


def test_a_name_that_is_linked_to_another_account_is_refused(provider, person):
    come_in()
    provider.claims["sub"] = "s-2"

    answer = come_in()

    assert answer.status_code == 403
    assert "another account" in answer.content.decode()


def test_a_left_colleague_is_refused(provider):
    make_user("person", is_active=False)

    answer = come_in()

    assert (answer.status_code, logged_in(answer.client)) == (403, False)


def test_the_second_factor_is_asked_here_too(provider, person):
    with_second_factor(person)
    answer = come_in(next_url="/notices/")

    assert answer["Location"] == CODE
    assert not logged_in(answer.client)
    assert answer.client.post(CODE, {"code": code_now()})["Location"] == "/notices/"


# The service, or somebody in its place


def test_a_forged_signature_is_refused(provider, person):
    provider.signing_key = forger_key()

    answer = come_in()

    assert (answer.status_code, logged_in(answer.client)) == (401, False)


def test_a_token_signed_with_the_shared_secret_is_refused(provider, person):
    provider.algorithm = "HS256"

    assert come_in().status_code == 401


@pytest.mark.parametrize(
    "changes", [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1_700_000_000}]
)
def test_a_token_for_others_of_others_or_of_the_past_is_refused(provider, person, changes):
    provider.token_changes = changes

    assert come_in().status_code == 401


def test_userinfo_of_somebody_else_is_refused(provider, person):
    provider.userinfo_changes = {"sub": "s-2"}

    answer = come_in()

    assert (answer.status_code, logged_in(answer.client)) == (503, False)


def test_coming_back_without_having_gone_is_refused(provider, person):
    _client, back = to_the_service()
    parts = urlsplit(back)
    stranger = Client()

    answer = stranger.get(f"{parts.path}?{parts.query}")

    assert (answer.status_code, logged_in(stranger)) == (401, False)
    assert stranger.get(BACK).status_code == 401
    assert stranger.get(BACK, {"error": "access_denied"}).status_code == 401


def test_a_code_is_good_once(provider, person):
    client, back = to_the_service()
    parts = urlsplit(back)
    client.get(f"{parts.path}?{parts.query}")
    client.post("/logout/")

    assert client.get(f"{parts.path}?{parts.query}").status_code == 401


def test_the_service_links_nobody_who_is_logged_in_already(provider, person):
    colleague = make_user("colleague")
    client = Client()
    client.force_login(colleague)

    assert client.get(f"{START}?process=connect")["Location"].startswith("/")
    assert not SocialAccount.objects.exists()


def test_nobody_is_sent_to_another_site(provider, person):
    assert come_in(next_url="https://evil.example/")["Location"] == "/"


def test_a_service_in_trouble_is_said_in_plain_words(provider, person):
    provider.silent = True

    answer = Client(headers=ENGLISH).get(START)

    assert answer.status_code == 503
    assert "Log in with name and password" in answer.content.decode()


def test_a_service_that_never_answers_is_not_waited_for_long(provider, settings):
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings.OIDC_SERVER_URL = f"http://127.0.0.1:{deaf.getsockname()[1]}"

        assert Client().get(START).status_code == 503
