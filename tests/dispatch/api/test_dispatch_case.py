"""POST cases/<number>/dispatch/."""

import pytest

from cases.workflow import Status
from dispatch import services
from dispatch.models import Responsibility
from tests.case_factories import case_in
from tests.cases.api.caller import Caller, codes

pytestmark = pytest.mark.django_db


def dispatch(cast, case, **fields):
    return Caller(cast.dispatcher).step(case, "dispatch", fields)


def test_without_a_unit_the_responsibilities_name_it(cast):
    told = dispatch(cast, case_in(Status.REGISTERED, cast)).json()

    assert (told["status"], told["unit"]["code"]) == ("dispatched", cast.city.team.code)


def test_a_unit_is_named_by_its_code(cast):
    case = case_in(Status.REGISTERED, cast)

    told = dispatch(cast, case, unit=cast.city.street_department.code, note="请今天去").json()

    assert told["unit"]["code"] == cast.city.street_department.code
    assert case.events.latest("seq").note == "请今天去"


@pytest.mark.parametrize("unit", ["nobody", "", None, 7, "\0"])
def test_a_unit_that_does_not_exist_is_refused(cast, unit):
    response = dispatch(cast, case_in(Status.REGISTERED, cast), unit=unit)

    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "unit"


def test_a_command_centre_handles_nothing(cast):
    response = dispatch(cast, case_in(Status.REGISTERED, cast), unit=cast.city.street_centre.code)

    assert codes(response) == ["not_a_unit"]


def test_when_nobody_answers_for_it_a_unit_must_be_chosen(cast):
    Responsibility.objects.all().delete()

    response = dispatch(cast, case_in(Status.REGISTERED, cast))

    assert response.status_code == 400
    assert codes(response) == ["unrouted"]


def test_it_is_not_sent_straight_back_to_the_unit_that_returned_it(cast):
    case = case_in(Status.HANDLING, cast)
    services.ask_return(case.pk, actor=cast.handler, reason="不是我们的")
    services.decide_request(case.pk, actor=cast.dispatcher, granted=True)

    assert codes(dispatch(cast, case)) == ["straight_back"]


def test_the_operator_registers_and_does_not_dispatch(cast):
    assert Caller(cast.operator).step(case_in(Status.REGISTERED, cast), "dispatch").status_code == 403


def test_it_takes_few_queries(cast, django_assert_max_num_queries):
    case, caller = case_in(Status.REGISTERED, cast), Caller(cast.dispatcher)

    with django_assert_max_num_queries(25):
        assert caller.step(case, "dispatch").status_code == 200
