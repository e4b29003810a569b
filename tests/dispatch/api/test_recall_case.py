"""POST cases/<number>/recall/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in
from tests.cases.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [Status.DISPATCHED, Status.HANDLING])
def test_the_dispatcher_takes_it_back_with_a_reason(cast, status):
    case = case_in(status, cast)

    assert Caller(cast.dispatcher).step(case, "recall").status_code == 400
    told = Caller(cast.dispatcher).step(case, "recall", {"reason": "派错了"}).json()

    assert (told["status"], told["unit"]) == ("registered", None)


def test_the_unit_cannot_recall_it_from_itself(cast):
    response = Caller(cast.handler).step(case_in(Status.DISPATCHED, cast), "recall", {"reason": "不想要"})

    assert response.status_code == 403
