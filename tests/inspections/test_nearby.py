"""Open cases around me."""

import re

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.workflow import Status
from tests.case_factories import case_in, make_case, stored
from tests.factories import inside

pytestmark = pytest.mark.django_db
URL = "/m/nearby/"
METRE = 1 / 111_320  # degrees of latitude


@pytest.fixture
def here(cast):
    return inside(cast.city.grid)


def north_of(point, metres):
    return Point(point.x, point.y + metres * METRE, srid=4326)


def around(client, person, point):
    client.force_login(person)
    return client.get(URL, {"longitude": point.x, "latitude": point.y}).context["cases"]


def test_the_nearest_comes_first_with_its_distance_in_metres(client, cast, here):
    # Straight lines on the spheroid: a degree of longitude is shorter than one of latitude.
    east = make_case(cast, point=Point(here.x + 100 * METRE, here.y, srid=4326))
    north = make_case(cast, point=north_of(here, 98))
    found = around(client, cast.inspector, here)
    assert found == [east, north]
    assert found[0].distance_m == pytest.approx(92, abs=1)
    assert found[1].distance_m == pytest.approx(98, abs=1)


def test_beyond_two_kilometres_nothing_is_near(client, cast, here):
    inner, _ = make_case(cast, point=north_of(here, 1990)), make_case(cast, point=north_of(here, 2050))
    assert around(client, cast.inspector, here) == [inner]


def test_only_open_cases_that_one_may_see_are_shown(client, cast, here):
    case = make_case(cast)
    case_in(Status.CLOSED, cast)
    make_case(cast, point=None)
    assert around(client, cast.inspector, here) == [case]
    assert around(client, cast.stranger, here) == []


def test_without_a_position_the_page_asks_the_browser_and_searches_nothing(client, cast):
    make_case(cast)
    client.force_login(cast.inspector)
    response = client.get(URL)
    assert response.context["cases"] == []
    assert 'data-module="nearby"' in response.content.decode()
    assert "<noscript>" in response.content.decode()


@pytest.mark.parametrize("where", [{"longitude": "x"}, {"longitude": "999", "latitude": "0"}])
def test_a_position_that_is_none_is_as_good_as_none(client, cast, where):
    client.force_login(cast.inspector)
    assert client.get(URL, where).context["point"] is None


def test_htmx_gets_the_list_alone(client, cast, here):
    case = make_case(cast)
    client.force_login(cast.inspector)
    page = client.get(
        URL, {"longitude": here.x, "latitude": here.y}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in page
    assert case.number in page


def test_the_list_costs_the_same_for_one_case_and_for_ten(client, cast, here):
    costs = []
    for more in (1, 9):
        for _ in range(more):
            make_case(cast, photos=stored(cast.inspector))
        client.force_login(cast.inspector)
        with CaptureQueriesContext(connection) as queries:
            client.get(URL, {"longitude": here.x, "latitude": here.y})
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 10


def test_its_headings_leave_no_level_out(client, cast):
    case = make_case(cast)
    client.force_login(cast.inspector)
    for page in (f"/m/nearby/?longitude={case.point.x}&latitude={case.point.y}", "/m/cases/"):
        # Patterns of the phone's own lists stand under headings of theirs.
        html = re.sub(r"<template.*?</template>", "", client.get(page).content.decode(), flags=re.DOTALL)
        assert '<h2 class="card__title">' in html
        assert "<h3" not in html
