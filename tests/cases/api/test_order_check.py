"""POST cases/<number>/order-check/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import Caller

pytestmark = pytest.mark.django_db


def test_an_inspector_is_sent_to_look(cast):
    case = make_case(cast)

    assert (
        Caller(cast.operator).step(case, "order-check", {"note": "请去看看"}).json()["status"] == "checking"
    )
    assert case.events.get(seq=2).note == "请去看看"


def test_what_is_registered_needs_no_check(cast):
    assert Caller(cast.operator).step(case_in(Status.REGISTERED, cast), "order-check").status_code == 409
