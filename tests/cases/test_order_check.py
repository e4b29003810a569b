"""Asking for a check on the spot, and answering it."""

import pytest
from django.urls import reverse

from cases.models import PhotoKind
from cases.workflow import Status
from tests.case_factories import case_in, jpeg, make_case

pytestmark = pytest.mark.django_db


def address(step, case):
    return reverse(f"cases:{step}", args=[case.number])


def test_the_operator_asks_for_a_check(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    assert client.get(address("order_check", case)).status_code == 200
    client.post(address("order_check", case), {"note": "在哪一侧？"})
    case.refresh_from_db()
    assert case.status == Status.CHECKING
    assert case.events.last().note == "在哪一侧？"


@pytest.mark.parametrize(("answer", "is_true"), [("yes", True), ("no", False)])
def test_the_field_answers_it_with_a_photo(client, cast, answer, is_true):
    case = case_in(Status.CHECKING, cast)
    client.force_login(cast.inspector)
    assert client.get(address("answer_check", case)).status_code == 200
    client.post(address("answer_check", case), {"is_true": answer, "photos": [jpeg()], "note": "看过了"})
    case.refresh_from_db()
    event = case.events.last()
    assert (case.status, event.data["is_true"]) == (Status.REPORTED, is_true)
    assert case.photos.get().kind == PhotoKind.CHECK


def test_without_an_answer_it_is_asked_for_and_the_words_are_kept(client, cast):
    case = case_in(Status.CHECKING, cast)
    client.force_login(cast.inspector)
    response = client.post(address("answer_check", case), {"note": "看过了"})
    assert response.status_code == 422
    assert "is_true" in response.context["form"].errors
    assert "看过了" in response.content.decode()


def test_a_file_that_is_no_photo_is_refused_beside_the_field(client, cast):
    case = case_in(Status.CHECKING, cast)
    client.force_login(cast.inspector)
    broken = jpeg()
    broken.file.truncate(40)
    response = client.post(address("answer_check", case), {"is_true": "yes", "photos": [broken]})
    case.refresh_from_db()
    assert response.status_code == 422
    assert "photos" in response.context["form"].errors
    assert case.status == Status.CHECKING


def test_others_may_not(client, cast):
    reported, checking = make_case(cast), case_in(Status.CHECKING, cast)
    client.force_login(cast.inspector)
    assert client.post(address("order_check", reported)).status_code == 403
    client.force_login(cast.operator)
    assert client.post(address("answer_check", checking), {"is_true": "yes"}).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(address("order_check", reported)).status_code == 404
    assert client.get(address("answer_check", checking)).status_code == 404
