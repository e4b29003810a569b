"""/login/: the one place where people log in, for pages and admin alike."""

import uuid

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.factories import PASSWORD, make_user
from tests.sign_in import ENGLISH, LOGIN, log_in, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_earlier_tries(settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": str(uuid.uuid4())}}


@pytest.fixture
def person():
    return make_user("person")


def test_name_and_password_lead_to_where_one_wanted_to_go(person):
    answer = log_in("person", next_url="/notices/")

    assert (answer.status_code, answer["Location"]) == (302, "/notices/")
    assert logged_in(answer.client)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http:///evil.example"]
)
def test_nobody_is_sent_to_another_site(person, settings, elsewhere):
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]

    assert log_in("person", next_url=elsewhere)["Location"] == "/"


def test_a_wrong_name_a_wrong_password_and_a_left_colleague_look_the_same(person):
    make_user("gone", is_active=False)
    pages = [log_in("person", "wrong"), log_in("nobody"), log_in("gone")]

    assert not any(logged_in(page.client) for page in pages)
    texts = {page.context["form"].non_field_errors()[0] for page in pages}
    assert texts == {
        "User name or password is wrong. Both must be written exactly, in large and small letters."
    }


def test_the_session_gets_another_key(person):
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = before = session.session_key

    log_in("person", client=client)

    assert client.session.session_key != before
    assert logged_in(client)


def test_whoever_is_logged_in_goes_on(person):
    client = Client()
    client.force_login(person)

    assert client.get(f"{LOGIN}?next=/notices/")["Location"] == "/notices/"


def test_the_admin_sends_people_to_the_same_page(person):
    client = Client(headers=ENGLISH)
    answer = client.get("/admin/grids/post/", follow=True)
    assert answer.redirect_chain[-1][0] == "/login/?next=/admin/grids/post/"
    assert "admin/css" not in answer.content.decode()

    assert client.post("/admin/login/", {"username": "person", "password": PASSWORD})["Location"].startswith(
        LOGIN
    )
    assert not logged_in(client)


def test_whoever_may_not_see_the_admin_is_told_so(person):
    client = Client()
    client.force_login(person)

    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/signup/",
        "/login/code/confirm/",
        "/password/reset/",
        "/accounts/",
    ],
)
def test_nothing_else_of_allauth_is_there(person, path):
    client = Client()
    client.force_login(person)

    assert client.get(path).status_code == 404


def test_only_the_names_are_known_that_are_needed():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    of_allauth = {
        name for name in names if name.startswith(("account_", "mfa_", "socialaccount_", "openid_"))
    }

    assert of_allauth == {
        "account_login",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_authenticate",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_view_recovery_codes",
    }


def test_logging_out_ends_the_session(person):
    client = log_in("person").client

    client.post("/logout/")

    assert not logged_in(client)
