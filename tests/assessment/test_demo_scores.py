"""The demo city begins with scores: what is over is published, what goes on is computed."""

from datetime import datetime, timedelta

import pytest

from assessment.demo import load_schemes, load_scores
from assessment.kinds import Kind
from assessment.models import Length, Period, PeriodState, Scheme, Way
from cases.workflow import Status
from gridgov import clock
from tests.assessment.counted import CHINA
from tests.case_factories import case_in

pytestmark = pytest.mark.django_db
# A Monday, and fourteen days on.
FIRST, TODAY = datetime(2026, 11, 9, 9, tzinfo=CHINA), datetime(2026, 11, 23, 9, tzinfo=CHINA)


@pytest.fixture
def lived(cast):
    load_schemes()
    with clock.at(FIRST):
        case_in(Status.CLOSED, cast)
    with clock.at(TODAY):
        yield cast


def test_weeks_that_are_over_are_published_and_the_others_computed(lived):
    made = load_scores()

    weekly = Period.objects.filter(scheme__length=Length.WEEK)
    weeks = Scheme.objects.filter(length=Length.WEEK).count()
    assert weeks == 5
    assert set(weekly.filter(state=PeriodState.PUBLISHED).values_list("first_day", flat=True)) == {
        FIRST.date(),
        FIRST.date() + timedelta(days=7),
    }
    assert weekly.filter(state=PeriodState.PUBLISHED).count() == 2 * weeks
    assert set(Period.objects.exclude(state=PeriodState.PUBLISHED).values_list("state", flat=True)) == {
        PeriodState.COMPUTED
    }
    assert made == Period.objects.count() == 3 * weeks + Scheme.objects.filter(length=Length.MONTH).count()


def test_of_each_month_one_scheme_waits_for_points_that_people_type_in(lived):
    load_scores()

    [waiting] = Period.objects.filter(version__items__way=Way.TYPED)
    assert (waiting.state, waiting.scheme.kind) == (PeriodState.COMPUTED, Kind.UNIT)
    # Until then the rest counts for the whole.
    score = waiting.scores.exclude(points=None).first()
    assert score.parts.get(item__way=Way.TYPED).weight == 0


def test_a_second_time_nothing_is_added(lived):
    made = load_scores()
    published = list(Period.objects.values_list("pk", "published_at"))

    assert load_scores() == made
    assert list(Period.objects.values_list("pk", "published_at")) == published


def test_without_cases_there_is_nothing_to_score(cast):
    load_schemes()

    assert load_scores() == 0
    assert not Period.objects.exists()
