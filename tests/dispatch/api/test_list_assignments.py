"""GET assignments/: who got which case when, and what came of it."""

from datetime import timedelta

import pytest

from cases import services as cases
from cases.workflow import Status
from dispatch import services as dispatch
from gridgov import clock
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import V1, Caller

pytestmark = pytest.mark.django_db

LIST = f"{V1}assignments/"


def assignments(user, **wanted):
    response = Caller(user).get(LIST, wanted)
    assert response.status_code == 200, response.json()
    return response.json()["results"]


def moments(row):
    return [name for name in ("accepted_at", "handled_at", "ended_at") if row[name]]


@pytest.mark.parametrize(
    ("status", "reached", "outcome"),
    [
        (Status.DISPATCHED, [], None),
        (Status.HANDLING, ["accepted_at"], None),
        (Status.SUSPENDED, ["accepted_at"], None),
        (Status.HANDLED, ["accepted_at", "handled_at"], None),
        (Status.CLOSED, ["accepted_at", "handled_at", "ended_at"], "verify_pass"),
    ],
)
def test_a_row_says_how_far_it_came(cast, status, reached, outcome):
    case = case_in(status, cast)

    (row,) = assignments(cast.dispatcher)

    assert row["case"] == case.number
    assert row["unit"] == {"code": cast.city.team.code, "name": cast.city.team.name}
    assert row["dispatched_by"] == "dispatcher"
    assert moments(row) == reached
    assert (row["outcome"], row["reworks"]) == (outcome, 0)


def test_each_dispatch_is_an_assignment_of_its_own(cast):
    case = case_in(Status.DISPATCHED, cast)
    dispatch.recall_case(case.pk, actor=cast.dispatcher, reason="派错了")
    dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.street_department)
    dispatch.accept_case(case.pk, actor=cast.officer)

    second, first = assignments(cast.dispatcher)

    assert (first["unit"]["code"], first["outcome"]) == (cast.city.team.code, "recall")
    assert moments(first) == ["ended_at"]
    assert (second["unit"]["code"], second["outcome"]) == (cast.city.street_department.code, None)
    assert moments(second) == ["accepted_at"]


def test_a_return_and_a_void_end_it(cast):
    returned, voided = case_in(Status.HANDLING, cast), case_in(Status.HANDLING, cast)
    dispatch.ask_return(returned.pk, actor=cast.handler, reason="不是我们的")
    dispatch.decide_request(returned.pk, actor=cast.dispatcher, granted=True)
    cases.void_case(voided.pk, actor=cast.supervisor, reason="测试")

    assert [row["outcome"] for row in assignments(cast.dispatcher)] == ["void", "return"]


def test_rework_is_counted_and_stays_with_the_unit(cast):
    case = case_in(Status.HANDLED, cast)
    for _ in range(2):
        cases.verify_case(case.pk, actor=cast.grid_leader, passed=False, note="还不亮")
        dispatch.feed_back_case(case.pk, actor=cast.handler, note="又修了")
    cases.verify_case(case.pk, actor=cast.grid_leader, passed=True, note="亮了")
    cases.reopen_case(case.pk, actor=cast.supervisor, reason="又坏了")
    dispatch.dispatch_case(case.pk, actor=cast.dispatcher)

    again, first = assignments(cast.dispatcher)

    assert (first["reworks"], first["outcome"]) == (2, "verify_pass")
    assert (again["reworks"], again["outcome"]) == (0, None)
    assert moments(again) == []


def test_filters(cast):
    start = clock.now()
    with clock.at(start - timedelta(days=2)):
        closed = case_in(Status.CLOSED, cast)
    handling = case_in(Status.HANDLING, cast)

    def found(**wanted):
        return [row["case"] for row in assignments(cast.dispatcher, **wanted)]

    assert found() == [handling.number, closed.number]
    assert found(case=closed.number) == [closed.number]
    assert found(unit=cast.city.team.code) == [handling.number, closed.number]
    assert found(unit=cast.city.street_department.code) == found(unit="nobody") == []
    assert found(open="true") == [handling.number]
    assert found(open="false") == found(outcome="verify_pass") == [closed.number]
    assert found(outcome="recall") == []
    assert found(dispatched_before=(start - timedelta(days=1)).isoformat()) == [closed.number]


def test_only_those_of_cases_one_may_see(cast):
    case_in(Status.HANDLING, cast)

    assert len(assignments(cast.handler)) == 1
    assert assignments(cast.officer) == assignments(cast.stranger) == []
    assert Caller().get(LIST).status_code == 401


def test_an_unknown_outcome_is_refused(cast):
    assert Caller(cast.dispatcher).get(LIST, {"outcome": "lost"}).status_code == 400


def test_pages(cast):
    numbers = [case_in(Status.DISPATCHED, cast).number for _ in range(3)]

    first = Caller(cast.dispatcher).get(LIST, {"page_size": 2}).json()
    second = Caller(cast.dispatcher).get(first["next"]).json()

    assert [row["case"] for row in first["results"] + second["results"]] == numbers[::-1]


def test_the_number_of_queries_is_the_same_for_one_row_and_fifty(cast, django_assert_max_num_queries):
    counts = []
    for more in (1, 49):
        for _ in range(more):
            case = make_case(cast)
            cases.register_case(case.pk, actor=cast.operator)
            dispatch.dispatch_case(case.pk, actor=cast.dispatcher)
        caller = Caller(cast.dispatcher)
        with django_assert_max_num_queries(10) as queries:
            assert len(caller.get(LIST).json()["results"]) == (1 if more == 1 else 50)
        counts.append(len(queries))

    assert counts[0] == counts[1]
