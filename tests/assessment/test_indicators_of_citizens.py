"""What is counted of citizens' answers, against figures made by hand."""

from datetime import timedelta

import pytest

from assessment.indicators.citizens import CITIZENS
from assessment.kinds import Kind
from cases import services as cases
from cases.after_close import Satisfaction
from cases.services.citizen import answer_how_it_ended, record_answer
from cases.workflow import Status
from dispatch import services as dispatch
from tests.assessment.counted import BEGUN, counted, hours, month
from tests.case_factories import Cast, case_in
from tests.followers import reported

pytestmark = pytest.mark.django_db
CODES = "response_rate_12345 resolved_rate_12345 satisfied_rate_12345"


def test_nobody_answered(cast: Cast) -> None:
    with hours(0):
        case_in(Status.CLOSED, cast)
    assert counted(Kind.UNIT, cast.city.team, CODES) == "0/0 0/0 0/0"


def test_contacted_solved_satisfied(cast: Cast) -> None:
    """Four answer: one is satisfied, one partly (0.9), two are not; three were contacted, for two it is solved."""
    answers = [
        (True, True, Satisfaction.YES),
        (True, True, Satisfaction.PARTLY),
        (True, False, Satisfaction.NO),
        (False, False, Satisfaction.NO),
    ]
    for contacted, solved, satisfied in answers:
        with hours(0):
            case = case_in(Status.CLOSED, cast)
        with hours(1):
            record_answer(
                case.pk, actor=cast.operator, contacted=contacted, solved=solved, satisfied=satisfied
            )
    city = cast.city
    for kind, who in (
        (Kind.UNIT, city.team), (Kind.CENTRE, city.community_centre), (Kind.GRID, city.grid),
        (Kind.DISTRICT, city.district),
    ):  # fmt: skip
        assert counted(kind, who, CODES) == "3/4 2/4 1.9/4"
    assert counted(Kind.UNIT, city.street_department, CODES) == "0/0 0/0 0/0"


def test_the_answer_stays_with_the_unit_that_had_it_though_another_gets_it_then(cast: Cast) -> None:
    with hours(0):
        follower = reported(cast, Status.CLOSED)
    with hours(1):
        case = answer_how_it_ended(
            follower.pk, contacted=True, solved=False, satisfied=Satisfaction.NO, note="还是不亮"
        )
        assert case.status == Status.REGISTERED
        dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.street_department)
    assert counted(Kind.UNIT, cast.city.team, CODES) == "1/1 0/1 0/1"
    assert counted(Kind.UNIT, cast.city.street_department, CODES) == "0/0 0/0 0/0"


def test_an_answer_counts_in_the_month_it_is_given(cast: Cast) -> None:
    with hours(0):
        case = case_in(Status.CLOSED, cast)
    with hours(500):
        record_answer(case.pk, actor=cast.operator, contacted=True, solved=True, satisfied=Satisfaction.YES)
        cases.reopen_case(case.pk, actor=cast.operator, reason="又不亮了")
    assert counted(Kind.UNIT, cast.city.team, CODES) == "0/0 0/0 0/0"
    october = month(10, known_until=BEGUN + timedelta(hours=900))
    assert counted(Kind.UNIT, cast.city.team, CODES, october) == "1/1 1/1 1/1"


def test_every_indicator_of_citizens_is_told_of_here() -> None:
    # What surveys say is told of with the surveys.
    assert {each.code for each in CITIZENS} - {"survey_rating"} == set(CODES.split())
