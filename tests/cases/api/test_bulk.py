"""POST bulk/<step>/."""

import uuid

import pytest

from cases.models import CaseEvent
from cases.workflow import Action, Status
from tests.case_factories import case_in, make_case

pytestmark = pytest.mark.django_db
EN = {"Accept-Language": "en"}


def send(client, step, body, **headers):
    return client.post(
        f"/api/v1/bulk/{step}/", body, content_type="application/json", headers={**EN, **headers}
    )


def test_each_case_is_told_on_its_own(client, cast):
    reported, over = make_case(cast), case_in(Status.DISPATCHED, cast)
    client.force_login(cast.operator)
    answer = send(client, "register", {"cases": [reported.number, over.number, "440000-1"]})
    assert answer.status_code == 200
    told = answer.json()
    assert told["done"] == [reported.number]
    assert {each["number"]: each["code"] for each in told["not_done"]} == {
        over.number: "step_not_allowed",
        "440000-1": "not_found",
    }


def test_the_fields_are_those_of_the_step(client, cast):
    cases = [case_in(Status.REGISTERED, cast) for _ in range(2)]
    client.force_login(cast.dispatcher)
    body = {"cases": [case.number for case in cases], "unit": cast.city.street_department.code, "note": "快"}
    assert len(send(client, "dispatch", body).json()["done"]) == 2
    assert set(CaseEvent.objects.filter(action=Action.DISPATCH).values_list("unit__code", "note")) == {
        (cast.city.street_department.code, "快")
    }


@pytest.mark.parametrize("cases", [[], ["x"] * 51, "x", None])
def test_one_to_fifty_cases(client, cast, cases):
    client.force_login(cast.operator)
    assert send(client, "register", {"cases": cases}).status_code == 400


def test_what_a_step_needs_is_asked_for(client, cast):
    client.force_login(cast.operator)
    assert send(client, "refuse", {"cases": [make_case(cast).number]}).status_code == 400
    assert not CaseEvent.objects.filter(action=Action.REFUSE).exists()


def test_sent_again_it_is_done_once(client, cast):
    client.force_login(cast.operator)
    body, key = {"cases": [make_case(cast).number], "text": "请加快"}, str(uuid.uuid4())
    answers = [send(client, "comment", body, **{"Idempotency-Key": key}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert CaseEvent.objects.filter(action=Action.COMMENT).count() == 1


def test_nobody_without_a_log_in(client, cast):
    assert send(client, "register", {"cases": [make_case(cast).number]}).status_code in (401, 403)
