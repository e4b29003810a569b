"""POST cases/<number>/ask-return/, ask-extension/, ask-suspension/ and decide-request/."""

from datetime import timedelta

import pytest

from cases.workflow import Status
from gridgov import clock
from tests.case_factories import case_in
from tests.cases.api.caller import Caller, codes

pytestmark = pytest.mark.django_db


def in_hours(hours):
    return (clock.now() + timedelta(hours=hours)).isoformat()


ASKED = {
    "ask-return": lambda: {"reason": "不是我们的"},
    "ask-extension": lambda: {"reason": "等材料", "until": in_hours(30)},
    "ask-suspension": lambda: {"reason": "等材料", "until": in_hours(24 * 60)},
    "ask-deferral": lambda: {"reason": "等规划", "until": in_hours(24 * 60)},
}


@pytest.mark.parametrize("step", ASKED)
def test_the_unit_asks_and_it_waits_to_be_decided(cast, step):
    case = case_in(Status.HANDLING, cast)

    told = Caller(cast.handler).step(case, step, ASKED[step]()).json()

    assert (told["status"], told["request"]) == ("handling", step.replace("-", "_"))


@pytest.mark.parametrize(
    ("step", "who", "then"),
    [
        ("ask-return", "dispatcher", "registered"),
        ("ask-extension", "supervisor", "handling"),
        ("ask-suspension", "supervisor", "suspended"),
    ],
)
def test_whoever_decides_it_grants_it(cast, step, who, then):
    case = case_in(Status.HANDLING, cast)
    Caller(cast.handler).step(case, step, ASKED[step]())

    told = Caller(getattr(cast, who)).step(case, "decide-request", {"granted": True}).json()

    assert (told["status"], told["request"]) == (then, None)


def test_a_refusal_needs_a_reason(cast):
    case = case_in(Status.HANDLING, cast)
    Caller(cast.handler).step(case, "ask-return", ASKED["ask-return"]())
    dispatcher = Caller(cast.dispatcher)

    assert codes(dispatcher.step(case, "decide-request", {"granted": False})) == ["reason_missing"]
    told = dispatcher.step(case, "decide-request", {"granted": False, "note": "就是你们的"}).json()

    assert (told["status"], told["request"]) == ("handling", None)


def test_the_one_who_decides_the_other_kind_does_not_decide_this(cast):
    case = case_in(Status.HANDLING, cast)
    Caller(cast.handler).step(case, "ask-extension", ASKED["ask-extension"]())

    assert Caller(cast.dispatcher).step(case, "decide-request", {"granted": True}).status_code == 403


def test_there_is_nothing_to_decide_when_nothing_is_asked(cast):
    response = Caller(cast.supervisor).step(
        case_in(Status.HANDLING, cast), "decide-request", {"granted": True}
    )

    assert response.status_code == 409


def test_one_thing_is_asked_at_a_time(cast):
    case, handler = case_in(Status.HANDLING, cast), Caller(cast.handler)
    handler.step(case, "ask-return", ASKED["ask-return"]())

    assert codes(handler.step(case, "ask-suspension", ASKED["ask-suspension"]())) == ["request_pending"]


@pytest.mark.parametrize("step", ["ask-extension", "ask-suspension"])
@pytest.mark.parametrize(
    "until",
    [
        None, "", "tomorrow", "2020-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00",
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_is_refused(cast, step, until):
    response = Caller(cast.handler).step(
        case_in(Status.HANDLING, cast), step, {"reason": "等材料", "until": until}
    )

    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "until"


@pytest.mark.parametrize("step", ASKED)
def test_a_reason_is_given(cast, step):
    response = Caller(cast.handler).step(
        case_in(Status.HANDLING, cast), step, ASKED[step]() | {"reason": " "}
    )

    assert response.status_code == 400
