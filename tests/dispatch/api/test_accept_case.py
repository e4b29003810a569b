"""POST cases/<number>/accept/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in
from tests.cases.api.caller import Caller

pytestmark = pytest.mark.django_db


def test_the_unit_accepts_and_the_handling_limit_begins(cast):
    told = Caller(cast.handler).step(case_in(Status.DISPATCHED, cast), "accept").json()

    assert told["status"] == "handling"
    assert told["stage_due_at"]


def test_an_empty_body_will_do(cast):
    case = case_in(Status.DISPATCHED, cast)

    assert Caller(cast.handler).post(f"/api/v1/cases/{case.number}/accept/").status_code == 200


def test_another_unit_sees_nothing(cast):
    assert Caller(cast.officer).step(case_in(Status.DISPATCHED, cast), "accept").status_code == 404


def test_it_is_accepted_once(cast):
    assert Caller(cast.handler).step(case_in(Status.HANDLING, cast), "accept").status_code == 409
