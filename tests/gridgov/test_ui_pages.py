"""The log-in page and the error pages: they say what happened and what to do."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults

ENGLISH = {"accept-language": "en"}


def test_an_unknown_address_says_so(client: Client):
    response = client.get("/there-is-no-such-page/", headers=ENGLISH)
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_a_forbidden_page_says_what_to_do(rf: RequestFactory):
    request = rf.get("/")
    request.user = AnonymousUser()
    with translation.override("en"):
        response = defaults.permission_denied(request, PermissionDenied())
    assert "ask your administrator" in response.content.decode()


def test_the_page_of_a_broken_server_needs_nothing_but_itself(rf: RequestFactory):
    with translation.override("en"):
        response = defaults.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Nothing was half done" in response.content.decode()


def test_a_form_that_was_open_for_too_long_says_that_nothing_typed_is_lost():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/login/", {"username": "a", "password": "b"}, headers=ENGLISH)
    assert response.status_code == 403
    assert "what you typed is still there" in response.content.decode()


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_log_ins_are_offered_in_the_demo_only(client: Client, settings, demo):
    settings.DEMO = demo
    html = client.get("/login/", headers=ENGLISH).content.decode()
    assert ('data-username="dispatcher"' in html) is demo
    assert ("demo-grid-2026" in html) is demo


@pytest.mark.django_db
def test_a_wrong_password_keeps_the_name_and_says_so(client: Client):
    html = client.post(
        "/login/", {"username": "somebody", "password": "wrong"}, headers=ENGLISH
    ).content.decode()
    assert 'value="somebody"' in html
    assert "message--error" in html


def test_the_log_in_page_speaks_both_languages(client: Client):
    assert (
        '<html lang="zh-hans">'
        in client.get("/login/", headers={"accept-language": "zh-CN"}).content.decode()
    )
    assert '<html lang="en">' in client.get("/login/", headers=ENGLISH).content.decode()


def test_the_log_in_page_allows_no_inline_script_or_style(client: Client):
    policy = client.get("/login/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
