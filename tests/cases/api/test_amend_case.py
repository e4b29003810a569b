"""POST cases/<number>/amend/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import Caller
from tests.factories import inside

pytestmark = pytest.mark.django_db


def test_what_is_sent_is_corrected_and_nothing_else(cast):
    case, point = make_case(cast), inside(cast.city.other_grid)

    told = (
        Caller(cast.operator)
        .step(case, "amend", {"point": {"lon": point.x, "lat": point.y}, "address": "桂澜路 2 号"})
        .json()
    )

    assert told["areas"][-1]["name"] == "第二网格"
    assert (told["address"], told["description"]) == ("桂澜路 2 号", "路灯整夜不亮")
    assert (
        told["stage_due_at"]
        == Caller(cast.operator).get(f"/api/v1/cases/{case.number}/").json()["stage_due_at"]
    )


def test_a_field_may_be_emptied(cast):
    assert Caller(cast.operator).step(make_case(cast), "amend", {"address": ""}).json()["address"] == ""


def test_after_registration_only_its_extent_can_be_corrected(cast):
    response = Caller(cast.operator).step(case_in(Status.REGISTERED, cast), "amend", {"address": "别处"})

    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "registered"
