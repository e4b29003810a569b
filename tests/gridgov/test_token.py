"""Scripts and other systems log in for a token."""

import uuid

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/auth/token/"


@pytest.fixture(autouse=True)
def _no_earlier_tries(settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": str(uuid.uuid4())}}


@pytest.fixture
def person():
    return make_user("person")


def ask(username="person", password=PASSWORD, **headers):
    return APIClient().post(ADDRESS, {"username": username, "password": password}, headers=headers)


def test_the_right_password_gives_a_token_that_opens_the_api(person):
    token = ask().json()["token"]

    answer = APIClient().get("/api/v1/notices/", headers={"Authorization": f"Token {token}"})

    assert answer.status_code == 200


def test_asking_again_gives_the_same_token(person):
    assert ask().json() == ask().json()
    assert Token.objects.count() == 1


def test_an_unknown_name_a_wrong_password_and_a_left_colleague_look_the_same(person):
    make_user("gone", is_active=False)

    answers = [ask(password="wrong"), ask(username="nobody"), ask(username="gone")]

    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("body", [{}, {"username": "person"}, {"username": ["person"], "password": {}}, []])
def test_half_a_question_is_refused_in_the_usual_shape(body):
    answer = APIClient().post(ADDRESS, body)

    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"


def test_guessing_is_slowed_down_per_address(person):
    codes = [ask(username=f"name{n}", password="wrong").status_code for n in range(21)]

    assert codes == [400] * 20 + [429]


def test_a_made_up_address_does_not_help_guessing(person):
    codes = [
        ask(username=f"name{n}", password="wrong", **{"X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in range(21)
    ]

    assert codes == [400] * 20 + [429]


def test_guessing_one_name_is_slowed_down_from_wherever_it_comes(person):
    tries = [
        APIClient(REMOTE_ADDR=f"203.0.113.{n}").post(ADDRESS, {"username": "Person", "password": "wrong"})
        for n in range(21)
    ]

    assert [answer.status_code for answer in tries] == [400] * 20 + [429]


def test_a_page_of_another_site_gains_nothing_from_a_session(person):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(person)

    assert client.post(ADDRESS, {"username": "person", "password": "wrong"}).status_code == 400
