"""POST cases/<number>/refuse/."""

import pytest

from tests.case_factories import make_case
from tests.cases.api.caller import Caller

pytestmark = pytest.mark.django_db


def test_a_report_is_refused_with_a_reason(cast):
    told = Caller(cast.operator).step(make_case(cast), "refuse", {"reason": "不属于受理范围"}).json()

    assert (told["status"], told["light"]) == ("refused", "none")


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": "字" * 2001}])
def test_there_must_be_a_reason_of_sensible_length(cast, body):
    response = Caller(cast.operator).step(make_case(cast), "refuse", body)

    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "reason"
