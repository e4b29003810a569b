"""POST cases/<number>/verify/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in
from tests.cases.api.caller import Caller, codes
from tests.factories import make_post

pytestmark = pytest.mark.django_db


def verify(user, case, **fields):
    return Caller(user).step(case, "verify", fields)


def test_what_is_solved_is_closed(cast):
    told = verify(cast.grid_leader, case_in(Status.HANDLED, cast), passed=True, note="灯亮了").json()

    assert told["status"] == "closed"
    assert told["closed_at"]


def test_what_is_not_goes_back_to_the_unit(cast):
    told = verify(cast.grid_leader, case_in(Status.HANDLED, cast), passed=False, note="还不亮").json()

    assert told["status"] == "handling"
    assert told["unit"]["code"] == cast.city.team.code


def test_a_pass_needs_a_photo_or_a_note_and_a_fail_the_reason(cast):
    case = case_in(Status.HANDLED, cast)

    assert codes(verify(cast.grid_leader, case, passed=True)) == ["photo_missing"]
    assert codes(verify(cast.grid_leader, case, passed=False)) == ["reason_missing"]


def test_whoever_handles_never_checks_their_own_work(cast):
    make_post(cast.handler, "inspector", cast.city.community_centre)

    response = verify(cast.handler, case_in(Status.HANDLED, cast), passed=True, note="好了")

    assert response.status_code == 403
