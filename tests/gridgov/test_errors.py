"""What people and clients are told when something is not possible."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from rest_framework.test import APIClient

from gridgov.errors import AlreadyTaken, KeyReused, NotFoundForYou, NotPermitted, PhotoRefused, StepNotAllowed
from tests.factories import make_user
from tests.gridgov import urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.gridgov.urls")]

EVERY_ERROR = [
    (StepNotAllowed("case", "close"), 409, "step_not_allowed"),
    (AlreadyTaken(), 409, "already_taken"),
    (NotPermitted("close"), 403, "not_permitted"),
    (NotFoundForYou(), 404, "not_found"),
    (KeyReused(), 422, "key_reused"),
    (PhotoRefused(code="photo_too_large", status=413, message="Too large."), 413, "photo_too_large"),
]


@pytest.fixture
def page() -> Client:
    client = Client()
    client.force_login(make_user(language="en"))
    return client


@pytest.fixture
def api() -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user())
    return client


@pytest.mark.parametrize(("error", "status", "code"), EVERY_ERROR)
def test_a_page_says_what_happened_and_what_to_do(page, error, status, code):
    urls.errors.append(error)

    response = page.get("/test/raise/")

    assert response.status_code == status
    text = response.content.decode()
    assert "<html" in text
    assert str(error.message) in text
    assert str(error.advice) in text


@pytest.mark.parametrize(("posture", "ways"), [("console", "console__nav"), ("phone", "phone__head")])
def test_whoever_is_logged_in_keeps_the_ways_on(page, posture, ways):
    page.cookies["posture"] = posture
    urls.errors.append(NotPermitted())
    refused = page.get("/test/raise/").content.decode()
    unknown = page.get("/there-is-no-such-page/").content.decode()
    urls.errors.append(PermissionDenied())
    forbidden = page.get("/test/raise/").content.decode()

    for text, heading in [(refused, "Not allowed"), (unknown, "Not found"), (forbidden, "Not allowed")]:
        assert ways in text
        assert 'href="/notices/"' in text
        assert f"<h1>{heading}</h1>" in text
        assert text.count("<h1") == 1


def test_a_stranger_is_shown_no_ways_on():
    text = Client().get("/there-is-no-such-page/").content.decode()

    assert "plain__main" in text
    assert text.count("<h1") == 1


def test_htmx_gets_the_sentence_without_the_page(page):
    urls.errors.append(AlreadyTaken())

    response = page.get("/test/raise/", headers={"HX-Request": "true"})

    assert response.status_code == 409
    assert "<html" not in response.content.decode()
    assert "data-error-message" in response.content.decode()


@pytest.mark.parametrize(
    ("before", "back"),
    [("http://testserver/cases/7/", "/cases/7/"), ("https://evil.example/", "/"), ("", "/")],
)
def test_the_way_back_leads_to_our_own_page_only(page, before, back):
    urls.errors.append(AlreadyTaken())

    text = page.get("/test/raise/", headers={"Referer": before}).content.decode()

    assert f'{back}"' in text
    assert "evil.example" not in text


def test_what_a_service_found_invalid_is_told_too(page):
    urls.errors.append(ValidationError("Give the reason."))

    response = page.get("/test/raise/")

    assert response.status_code == 400
    assert "Give the reason." in response.content.decode()


def test_an_accident_is_not_dressed_up(page):
    urls.errors.append(RuntimeError("an accident"))

    with pytest.raises(RuntimeError):
        page.get("/test/raise/")


@pytest.mark.parametrize(("error", "status", "code"), EVERY_ERROR)
def test_the_api_gives_every_error_the_same_shape(api, error, status, code):
    urls.errors.append(error)

    response = api.get("/test/api/raise/", headers={"Accept-Language": "en"})

    assert response.status_code == status
    assert response.json() == {
        "type": "client_error",
        "errors": [{"code": code, "detail": str(error.message), "attr": None}],
    }


def test_what_a_service_found_invalid_names_the_field_in_the_api(api):
    urls.errors.append(
        ValidationError({"reason": ValidationError("Give the reason.", code="reason_missing")})
    )

    response = api.get("/test/api/raise/")

    assert response.status_code == 400
    assert response.json()["errors"] == [
        {"code": "reason_missing", "detail": "Give the reason.", "attr": "reason"}
    ]


def test_what_belongs_to_no_field_says_so(api):
    urls.errors.append(ValidationError("Say what is wrong.", code="nothing_reported"))

    errors = api.get("/test/api/raise/").json()["errors"]

    assert errors == [
        {"code": "nothing_reported", "detail": "Say what is wrong.", "attr": "non_field_errors"}
    ]


def test_a_stranger_without_a_log_in_gets_401_and_how():
    response = APIClient().get("/test/api/raise/")

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Session")
    assert response.json()["errors"][0]["code"] == "not_authenticated"


@pytest.mark.parametrize("address", ["/nothing/?q=%00", "/no%00thing/"])
def test_a_zero_byte_in_an_address_is_refused_before_a_database_sees_it(page, address):
    assert page.get(address).status_code == 400
