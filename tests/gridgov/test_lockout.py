"""Too many wrong tries: the name has to wait where they came from."""

import uuid
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from tests.factories import PASSWORD, make_user
from tests.sign_in import CODE, code_now, log_in, logged_in, with_second_factor, wrong_code

pytestmark = pytest.mark.django_db
TRIES = 5
TOKEN = "/api/v1/auth/token/"


@pytest.fixture(autouse=True)
def _no_earlier_tries(settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": str(uuid.uuid4())}}


@pytest.fixture
def person():
    return make_user("person")


def lock(username="person", *, tries=TRIES, address="127.0.0.1"):
    return [log_in(username, "wrong", address=address) for _ in range(tries)][-1]


def ask_token(password, **more):
    return APIClient().post(TOKEN, {"username": "person", "password": password, **more})


def test_after_so_many_tries_even_the_right_password_waits(person):
    last = lock()

    assert last.status_code == 429
    assert "Try again at" in last.content.decode()
    assert 0 < int(last["Retry-After"]) <= 15 * 60
    answer = log_in("person")
    assert answer.status_code == 429
    assert not logged_in(answer.client)


def test_one_try_less_locks_nobody_out(person):
    assert lock(tries=TRIES - 1).status_code == 200
    assert logged_in(log_in("person").client)


def test_it_says_the_same_of_a_name_that_nobody_has():
    assert lock("nobody").status_code == 429


def test_from_another_address_the_person_comes_in(person):
    lock(address="203.0.113.7")

    assert logged_in(log_in("person", address="203.0.113.8").client)


def test_a_colleague_at_the_same_address_comes_in(person):
    make_user("colleague")
    lock()

    assert logged_in(log_in("colleague").client)


def test_another_browser_or_other_letters_do_not_help(person):
    lock(tries=TRIES - 1)
    other = Client(headers={"user-agent": "another"})

    assert log_in("PERSON", "wrong", client=other).status_code == 429


def test_a_made_up_address_does_not_help(person):
    answers = [
        Client().post(
            "/login/",
            {"username": "person", "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        )
        for n in range(TRIES)
    ]

    assert answers[-1].status_code == 429


def test_behind_a_proxy_its_word_counts(person, settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    for n in range(TRIES):
        header = {"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.7"}
        Client().post("/login/", {"username": "person", "password": "wrong"}, headers=header)

    assert str(AccessAttempt.objects.get().ip_address) == "203.0.113.7"


def test_success_begins_at_nothing_again(person):
    lock(tries=TRIES - 1)
    log_in("person")

    assert lock(tries=TRIES - 1).status_code == 200


def test_after_the_wait_it_goes_on(person, settings):
    lock()
    AccessAttempt.objects.update(
        attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1)
    )

    assert logged_in(log_in("person").client)


def test_trying_on_while_waiting_does_not_lengthen_the_wait(person):
    lock()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))

    assert int(log_in("person", "wrong")["Retry-After"]) <= 61


def test_wrong_codes_count_too_and_the_right_one_waits_then(person):
    with_second_factor(person)
    client = log_in("person").client
    answers = [client.post(CODE, {"code": wrong_code()}) for _ in range(TRIES)]

    assert [answer.status_code for answer in answers] == [200] * (TRIES - 1) + [429]
    assert client.post(CODE, {"code": code_now()}).status_code == 429
    assert not logged_in(client)


def test_the_api_counts_with_the_pages(person):
    lock(tries=TRIES - 2)

    assert [ask_token("wrong").status_code for _ in range(2)] == [400, 429]
    locked = ask_token(PASSWORD)
    assert locked.status_code == 429
    assert locked.json()["errors"][0]["code"] == "throttled"
    assert int(locked["Retry-After"]) > 60
    assert log_in("person").status_code == 429


def test_wrong_codes_at_the_api_count_too(person):
    with_second_factor(person)
    codes = [ask_token(PASSWORD, code=wrong_code()).status_code for _ in range(TRIES)]

    assert codes == [400] * (TRIES - 1) + [429]
    assert ask_token(PASSWORD, code=code_now()).status_code == 429


def test_a_token_given_begins_at_nothing_again(person):
    lock(tries=TRIES - 1)
    ask_token(PASSWORD)

    assert not AccessAttempt.objects.exists()


def test_an_endless_name_breaks_nothing():
    answer = APIClient().post(TOKEN, {"username": "x" * 5000, "password": "wrong"})

    assert answer.status_code == 400


def test_neither_password_nor_code_is_written_down(person):
    with_second_factor(person)
    log_in("person", "a-wrong-secret")
    client = log_in("person").client
    code = wrong_code()
    client.post(CODE, {"code": code})

    kept = "".join(AccessAttempt.objects.values_list("post_data", flat=True))
    assert "a-wrong-secret" not in kept
    assert code not in kept
