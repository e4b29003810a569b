"""A request that comes twice is done once."""

import json
import re
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from rest_framework.test import APIClient

from gridgov import clock
from gridgov.errors import KeyMalformed, KeyReused
from gridgov.idempotency import Answer, LeadsNowhere, answer_once
from gridgov.models import IdempotencyKey, WorkingCalendar
from gridgov.tasks import clean_up
from tests.factories import make_user
from tests.racing import at_once

pytestmark = pytest.mark.urls("tests.gridgov.urls")

PAGE = "/test/make-calendar/"
ENDPOINT = "/test/api/calendars/"


@pytest.fixture
def person(db):
    return make_user("person")


@pytest.fixture
def page(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def api(person) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def post(page: Client, code: str, key: str = "key-1", **extra):
    return page.post(PAGE, {"code": code, "idempotency_key": key, **extra})


def send(api: APIClient, code: str = "1", key: str = "key-1", **options):
    return api.post(ENDPOINT, {"code": code}, headers={"Idempotency-Key": key}, **options)


def codes() -> list[str]:
    return sorted(WorkingCalendar.objects.values_list("district_code", flat=True))


# Pages


def test_a_form_sent_twice_leads_to_the_same_page_and_is_done_once(page):
    first, second = post(page, "1"), post(page, "1")

    assert codes() == ["1"]
    assert (second.status_code, second["Location"]) == (first.status_code, first["Location"])
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"


def test_a_new_token_against_forgery_makes_no_other_form_of_it(page):
    post(page, "1", csrfmiddlewaretoken="a")

    assert post(page, "1", csrfmiddlewaretoken="b").status_code == 302


def test_other_content_under_the_same_key_is_refused(page):
    post(page, "1")

    response = post(page, "2")

    assert response.status_code == 422
    assert codes() == ["1"]


def test_a_form_with_errors_changes_nothing_and_leaves_the_key_free(page):
    assert post(page, "bad").status_code == 422
    assert codes() == []

    assert post(page, "1").status_code == 302


def test_a_refusal_changes_nothing_and_leaves_the_key_free(page):
    assert post(page, "taken").status_code == 409
    assert codes() == []

    assert post(page, "1").status_code == 302


def test_a_redirect_by_htmx_is_repeated_as_one(page):
    first, second = post(page, "htmx"), post(page, "htmx")

    assert (second.status_code, second["HX-Redirect"]) == (200, first["HX-Redirect"])
    assert codes() == ["htmx"]


def test_a_page_instead_of_a_redirect_fails_aloud_for_nothing_of_it_would_be_kept(page):
    with pytest.raises(LeadsNowhere):
        post(page, "shown")

    assert codes() == []


def test_without_a_key_a_form_works_as_usual(page):
    page.post(PAGE, {"code": "1"})

    assert codes() == ["1"]
    assert not IdempotencyKey.objects.exists()


def test_every_form_shown_has_a_key_of_its_own(page):
    shown = [
        re.search(r'name="idempotency_key" value="([0-9a-f-]{36})"', page.get(PAGE).content.decode())[1]
        for _ in "ab"
    ]

    assert shown[0] != shown[1]


# The API


def test_the_first_answer_is_repeated_to_the_byte(api):
    first, second = send(api), send(api)

    assert (first.status_code, second.status_code) == (201, 201)
    assert (
        second.content
        == first.content
        == json.dumps(first.json(), ensure_ascii=False, separators=(",", ":")).encode()
    )
    assert (second["Location"], second["Content-Type"]) == (first["Location"], first["Content-Type"])
    assert second["Idempotency-Replayed"] == "true"
    assert codes() == ["1"]


def test_fields_in_another_order_are_the_same_request(api):
    headers = {"Idempotency-Key": "key-1"}
    api.post(ENDPOINT, '{"code": "1", "x": 2}', content_type="application/json", headers=headers)

    again = api.post(ENDPOINT, '{"x":2,"code":"1"}', content_type="application/json", headers=headers)

    assert again.status_code == 201


@pytest.mark.parametrize("format", ["json", "multipart"])
def test_another_body_under_the_same_key_is_422(api, format):
    send(api, format=format)

    response = send(api, "2", format=format)

    assert response.status_code == 422
    assert response.json()["errors"][0]["code"] == "key_reused"
    assert codes() == ["1"]


def test_another_address_under_the_same_key_is_422(api):
    send(api)

    again = api.post(f"{ENDPOINT}?page=2", {"code": "1"}, headers={"Idempotency-Key": "key-1"})

    assert again.status_code == 422


def test_files_count_by_their_bytes_not_their_names(api):
    def send_file(content: bytes, name: str):
        body = {"code": "1", "file": SimpleUploadedFile(name, content)}
        return api.post(ENDPOINT, body, format="multipart", headers={"Idempotency-Key": "key-1"})

    send_file(b"one", "a.bin")

    assert send_file(b"one", "b.bin").status_code == 201
    assert send_file(b"two", "a.bin").status_code == 422


def test_another_person_may_use_the_same_key(api):
    send(api)
    other = APIClient()
    other.force_authenticate(make_user("other"))

    assert send(other, "2").status_code == 201
    assert codes() == ["1", "2"]


@pytest.mark.parametrize(("code", "status"), [("taken", 409), ("quiet", 409), ("far too long a code", 400)])
def test_an_answer_that_is_no_success_is_not_kept(api, code, status):
    assert send(api, code).status_code == status
    assert codes() == []
    assert not IdempotencyKey.objects.exists()

    assert send(api).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 65, "with blank", "ü"])
def test_a_key_of_odd_characters_is_refused(person, key):
    with pytest.raises(KeyMalformed):
        answer_once(owner=person, key=key, fingerprint="f", handle=lambda: pytest.fail("must not run"))


def test_without_a_key_a_request_works_as_usual(api):
    assert api.post(ENDPOINT, {"code": "1"}).status_code == 201
    assert not IdempotencyKey.objects.exists()


def test_a_request_costs_three_queries_more(api, django_assert_num_queries):
    # The transaction's own two come on top in a test: they are savepoints here.
    with django_assert_num_queries(2 + 3):
        send(api)
    with django_assert_num_queries(2 + 2):
        send(api)


# Many at once


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_are_done_once_and_all_hear_the_same():
    person = make_user("person")

    def work() -> Answer:
        return Answer(201, body=str(WorkingCalendar.objects.create(district_code="1").pk))

    answers = at_once(50, lambda: answer_once(owner=person, key="key-1", fingerprint="f", handle=work))

    assert codes() == ["1"]
    assert len({answer.body for answer in answers}) == 1
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 49


@pytest.mark.django_db(transaction=True)
def test_when_the_first_one_fails_the_one_waiting_does_it():
    person = make_user("person")
    started, second_waits = threading.Event(), threading.Event()
    answers: list[Answer | None] = []

    def fail() -> Answer:
        WorkingCalendar.objects.create(district_code="half")
        started.set()
        second_waits.wait(1)
        raise RuntimeError

    def first() -> None:
        with pytest.raises(RuntimeError):
            answer_once(owner=person, key="key-1", fingerprint="f", handle=fail)
        connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    assert started.wait(30)
    answers.append(
        answer_once(owner=person, key="key-1", fingerprint="f", handle=lambda: Answer(201, "done"))
    )
    thread.join()

    assert answers == [Answer(201, "done")]
    assert codes() == []


# Forgetting


def test_answers_are_forgotten_when_no_phone_can_ask_for_them_any_more(api, person):
    for days in (61, 59):
        with clock.at(clock.now() - timedelta(days=days)):
            send(api, str(days), key=f"key-{days}")

    clean_up()

    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["key-59"]


def test_a_reused_key_says_so(person):
    answer_once(owner=person, key="key-1", fingerprint="f", handle=lambda: Answer(201))

    with pytest.raises(KeyReused):
        answer_once(owner=person, key="key-1", fingerprint="g", handle=lambda: Answer(201))
