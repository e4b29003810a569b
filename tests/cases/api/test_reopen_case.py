"""POST cases/<number>/reopen/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in
from tests.cases.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("status", "then"), [(Status.CLOSED, "registered"), (Status.REFUSED, "reported")])
def test_it_goes_back_to_where_it_can_go_on(cast, status, then):
    told = Caller(cast.operator).step(case_in(status, cast), "reopen", {"reason": "又坏了"}).json()

    assert (told["status"], told["closed_at"], told["unit"]) == (then, None, None)


def test_it_needs_a_reason_and_a_post(cast):
    case = case_in(Status.CLOSED, cast)

    assert Caller(cast.operator).step(case, "reopen").status_code == 400
    assert Caller(cast.officer).step(case, "reopen", {"reason": "又坏了"}).status_code == 404
    assert Caller(cast.inspector).step(case, "reopen", {"reason": "又坏了"}).status_code == 403
