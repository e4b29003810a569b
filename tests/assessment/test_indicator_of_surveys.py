"""What citizens answer in surveys, counted for the area of the survey and those around it."""

from datetime import timedelta

import pytest

from assessment.indicators import INDICATORS
from assessment.kinds import AREAS, Kind
from cases.models import Survey
from cases.services.survey import answer_survey
from tests.assessment.counted import BEGUN, counted, hours, month
from tests.case_factories import City

pytestmark = pytest.mark.django_db
CODE = "survey_rating"


def answered(city: City, *steps: int | None) -> None:
    """A survey of the street whose second question has a scale; each answer is a step of it, or leaves it out."""
    survey = Survey.objects.create(
        title="社区公园满意度",
        area=city.street,
        opens_at=BEGUN,
        closes_at=BEGUN + timedelta(days=9),
        is_public=True,
    )
    one = survey.questions.create(position=1, kind="single", text="多久去一次？", choices=["每天", "每周"])
    scale = survey.questions.create(position=2, kind="scale", text="满意吗？", is_required=False)
    for n, step in enumerate(steps):
        with hours(1):
            answer_survey(survey.pk, answers={one.pk: 1, scale.pk: step}, device_hash=f"device-{n}")


def test_steps_out_of_five_count_for_the_area_asked_and_those_around_it(city: City) -> None:
    """5, 4 and 2 of five are 1, 0.8 and 0.4; who left the question out, and the other question, do not count."""
    answered(city, 5, 4, 2, None)
    assert counted(Kind.STREET, city.street, CODE) == "2.2/3"
    assert counted(Kind.DISTRICT, city.district, CODE) == "2.2/3"
    assert counted(Kind.COMMUNITY, city.community, CODE) == "0/0"
    assert counted(Kind.GRID, city.grid, CODE) == "0/0"


def test_nobody_answered(city: City) -> None:
    answered(city)
    assert counted(Kind.STREET, city.street, CODE) == "0/0"


def test_they_count_on_the_day_they_were_sent(city: City) -> None:
    answered(city, 5)
    assert counted(Kind.STREET, city.street, CODE, month(10)) == "0/0"


def test_only_areas_are_rated() -> None:
    assert INDICATORS[CODE].kinds == set(AREAS)
