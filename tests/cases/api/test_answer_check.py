"""POST cases/<number>/answer-check/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in
from tests.cases.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_true", [True, False])
def test_the_answer_goes_back_to_the_operator(cast, is_true):
    case = case_in(Status.CHECKING, cast)

    told = Caller(cast.inspector).step(case, "answer-check", {"is_true": is_true, "note": "看过了"}).json()

    assert told["status"] == "reported"
    assert case.events.latest("seq").data == {"is_true": is_true}


def test_the_operator_cannot_answer_it(cast):
    response = Caller(cast.operator).step(case_in(Status.CHECKING, cast), "answer-check", {"is_true": True})

    assert response.status_code == 403
