"""Scores over the API: published ones that one sees on the pages, too."""

from datetime import timedelta
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from assessment.kinds import Kind
from assessment.models import Correction
from gridgov import clock
from tests.assessment.published import computed, last_days, published, some_of_everything

pytestmark = pytest.mark.django_db
URL = "/api/v1/scores/"
FIRST, LAST = last_days()
RATES = ["disposal_rate", "disposed_count"]


@pytest.fixture
def api(cast):
    client = APIClient()
    client.force_authenticate(cast.handler)
    return client


def test_one_s_own_are_listed_with_level_and_rank(api, cast):
    some_of_everything(cast, 30)
    period = published(Kind.UNIT, FIRST, LAST, cast.supervisor, RATES)
    computed(Kind.UNIT, FIRST, LAST, RATES)
    (row,) = api.get(URL).json()["results"]
    score = period.scores.get(organisation=cast.city.team)
    assert row["id"] == score.pk
    assert (row["kind"], row["whose"], Decimal(row["points"])) == ("unit", cast.city.team.code, score.points)
    assert (row["level"], row["published_rank"]) == (score.level.letter, score.rank)
    assert api.get(URL, {"kind": "street"}).json()["results"] == []
    assert len(api.get(URL, {"day": FIRST.isoformat()}).json()["results"]) == 1
    assert api.get(URL, {"day": (FIRST - timedelta(1)).isoformat()}).json()["results"] == []


def test_one_has_its_parts_as_they_are_now(api, cast):
    some_of_everything(cast, 30)
    period = published(Kind.UNIT, FIRST, LAST, cast.supervisor, RATES)
    score = period.scores.get(organisation=cast.city.team)
    item = period.version.items.get(indicator="disposal_rate")
    Correction.objects.create(
        score=score, at=clock.now(), by=cast.supervisor, reason="x", points_before=score.points, points_after=99,
        parts_after={f"item {item.pk}": ["9.0000", "10.0000", "90.0000", "50.0000"]},
    )  # fmt: skip
    found = api.get(f"{URL}{score.pk}/").json()
    assert (found["points"], found["is_corrected"], found["level"]) == ("99.00", True, "A")
    assert found["published_points"] == f"{score.points:.2f}"
    rate, count = found["parts"]
    assert (rate["indicator"], rate["numerator"], rate["denominator"]) == (
        "disposal_rate",
        "9.0000",
        "10.0000",
    )
    assert count["denominator"] is None


def test_others_are_not_there(api, cast):
    period = published(Kind.UNIT, FIRST, LAST, cast.supervisor, RATES)
    other = period.scores.get(organisation=cast.city.street_department)
    assert api.get(f"{URL}{other.pk}/").status_code == 404
    assert APIClient().get(URL).status_code == 401
    hidden = computed(Kind.STREET, FIRST, LAST).scores.first()
    api.force_authenticate(cast.supervisor)
    assert api.get(f"{URL}{hidden.pk}/").status_code == 404


def test_many_take_as_many_queries_as_few(api, cast, django_assert_max_num_queries):
    some_of_everything(cast, 30)
    api.force_authenticate(cast.leader)
    for kind in (Kind.UNIT, Kind.GRID, Kind.CENTRE):
        published(kind, FIRST, LAST, cast.supervisor)
    with django_assert_max_num_queries(7):
        assert len(api.get(URL).json()["results"]) >= 8
