"""POST cases/<number>/resume/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in
from tests.cases.api.caller import Caller

pytestmark = pytest.mark.django_db


def test_the_supervisor_lets_the_clock_run_again(cast):
    case = case_in(Status.SUSPENDED, cast)
    before = Caller(cast.supervisor).get(f"/api/v1/cases/{case.number}/").json()

    told = Caller(cast.supervisor).step(case, "resume", {"note": "材料到了"}).json()

    assert (before["light"], before["stage_due_at"]) == ("none", None)
    assert before["suspended_until"]
    assert before["minutes_left"]
    assert told["status"] == "handling"
    assert told["stage_due_at"]


def test_what_is_not_suspended_cannot_be_resumed(cast):
    assert Caller(cast.supervisor).step(case_in(Status.HANDLING, cast), "resume").status_code == 409
