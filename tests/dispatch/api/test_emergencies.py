"""/emergencies/ and the steps that declare and end one."""

import pytest

from cases.workflow import Status
from dispatch.models import Emergency
from dispatch.services.emergency import declare_emergency
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import V1, Caller, codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def emergency(cast):
    case = case_in(Status.HANDLING, cast)
    declare_emergency(case.pk, actor=cast.dispatcher)
    return Emergency.objects.get()


def step(user, emergency, name, body=None):
    return Caller(user).post(f"{V1}emergencies/{emergency.pk}/{name}/", body or {}, format="json")


def test_declared_and_ended_as_steps_of_the_case(cast):
    case = make_case(cast)
    told = Caller(cast.operator).step(case, "declare-emergency", {"note": "燃气泄漏"})
    assert told.status_code == 200
    assert Caller(cast.operator).step(case, "declare-emergency").status_code == 409
    assert Caller(cast.stranger).step(case, "declare-emergency").status_code == 404
    assert Caller(cast.operator).step(case, "end-emergency", {"summary": "结束"}).status_code == 403
    assert Caller(cast.supervisor).step(case, "end-emergency").status_code == 400
    assert Caller(cast.supervisor).step(case, "end-emergency", {"summary": "已处置"}).status_code == 200
    assert Caller(cast.supervisor).get(f"{V1}emergencies/", {"open": "true"}).json()["results"] == []


def test_alert_receive_and_log(cast, emergency):
    told = step(cast.dispatcher, emergency, "alert", {"text": "请疏散"}).json()
    assert {one["why"] for one in told["receipts"]} == {"unit", "seat", "supervisor", "leader"}
    assert step(cast.handler, emergency, "receive", {"reply": "马上到"}).json()["reply"] == "马上到"
    assert step(cast.inspector, emergency, "receive").status_code == 404
    written = step(cast.dispatcher, emergency, "entries", {"note": "消防已到场"}).json()
    assert [line["note"] for line in written["log"]][:2] == ["消防已到场", "马上到"]
    assert step(cast.dispatcher, emergency, "alert-again").status_code == 409


def test_the_circle_and_what_lies_in_it(cast, emergency):
    assert codes(step(cast.dispatcher, emergency, "circle", {"radius_m": 1})) == ["min_value"]
    assert step(cast.dispatcher, emergency, "circle", {"radius_m": 700}).json()["radius_m"] == 700
    near = Caller(cast.dispatcher).get(f"{V1}emergencies/{emergency.pk}/surroundings/").json()
    assert (near["radius_m"], [one["code"] for one in near["cases"]]) == (700, [emergency.case.number])
    for person, status in ((cast.leader, 403), (cast.stranger, 404)):
        assert step(person, emergency, "circle", {"radius_m": 500}).status_code == status
    assert Caller(cast.stranger).get(f"{V1}emergencies/{emergency.pk}/").status_code == 404
