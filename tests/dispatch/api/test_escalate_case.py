"""POST cases/<number>/escalate/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import Caller, codes

pytestmark = pytest.mark.django_db


def test_it_moves_up_a_level_with_a_reason_until_the_top(cast):
    case, supervisor = make_case(cast), Caller(cast.supervisor)
    assert supervisor.step(case, "escalate").status_code == 400

    levels = [supervisor.step(case, "escalate", {"reason": "太难"}).json()["level"] for _ in range(2)]
    last = supervisor.step(case, "escalate", {"reason": "太难"})

    assert levels == ["street", "district"]
    assert last.status_code == 400
    assert codes(last) == ["top_level"]


def test_the_unit_cannot_push_it_up(cast):
    case = case_in(Status.HANDLING, cast)

    assert Caller(cast.handler).step(case, "escalate", {"reason": "太难"}).status_code == 403
