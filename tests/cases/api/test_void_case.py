"""POST cases/<number>/void/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in
from tests.cases.api.caller import Caller

pytestmark = pytest.mark.django_db


def test_a_supervisor_declares_it_void_with_a_reason(cast):
    case = case_in(Status.HANDLING, cast)

    assert Caller(cast.supervisor).step(case, "void").status_code == 400
    assert Caller(cast.supervisor).step(case, "void", {"reason": "测试数据"}).json()["status"] == "void"


def test_nobody_else_does(cast):
    case = case_in(Status.HANDLING, cast)

    for who in (cast.operator, cast.dispatcher, cast.handler):
        assert Caller(who).step(case, "void", {"reason": "测试数据"}).status_code == 403
