"""Asking for a check on the spot, and answering it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override

from cases.actions import offered_actions
from cases.models import PhotoKind
from cases.services import answer_check, order_check
from cases.workflow import Action, Status
from gridgov.outbox import text_of
from tests.case_factories import case_in, jpeg, make_case
from tests.factories import make_post

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


def test_a_report_that_is_not_true_needs_a_photo_or_a_word(client, cast):
    case = case_in(Status.CHECKING, cast)
    client.force_login(cast.inspector)
    assert client.post(address("answer_check", case), {"is_true": "no"}).status_code == 422
    assert client.post(address("answer_check", case), {"is_true": "yes"}).status_code == 302


def test_where_nobody_knows_the_place_nobody_is_sent(client, cast):
    case = make_case(cast, point=None)
    operator = make_post(role="operator", organisation=cast.city.district_centre).user
    with pytest.raises(ValidationError) as refused:
        order_check(case.pk, actor=operator)
    assert refused.value.code == "unplaced"
    assert Action.ORDER_CHECK not in offered_actions(operator, case)
    assert Action.ORDER_CHECK in offered_actions(cast.operator, make_case(cast))


def test_the_answer_is_in_the_notice(cast):
    case = case_in(Status.CHECKING, cast)
    answer_check(case.pk, actor=cast.inspector, is_true=False, note="灯是亮的")
    notice = cast.operator.notices.latest("id")
    with override("en"):
        assert text_of(notice) == f"{case.number}: checked on the spot, it is not as reported. 灯是亮的"
