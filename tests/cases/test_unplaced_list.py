"""The list of cases that lie in no grid."""

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from tests.case_factories import make_case
from tests.factories import inside, make_post

pytestmark = pytest.mark.django_db
URL = "/cases/unplaced/"
NOWHERE = Point(10.0, 50.0, srid=4326)


@pytest.fixture
def district_operator(cast):
    return make_post(role="operator", organisation=cast.city.district_centre).user


def test_a_report_from_outside_every_grid_waits_at_the_district(client, cast, district_operator):
    lost = make_case(cast, point=NOWHERE)
    make_case(cast)
    client.force_login(district_operator)
    assert client.get(URL).context["cases"] == [lost]
    client.force_login(cast.operator)
    assert client.get(URL).context["cases"] == []


def test_a_place_given_by_hand_takes_it_off_the_list(client, cast, district_operator):
    lost = make_case(cast, point=None)
    client.force_login(district_operator)
    place = inside(cast.city.grid)
    client.post(reverse("cases:amend_case", args=[lost.number]), {"longitude": place.x, "latitude": place.y})
    lost.refresh_from_db()
    assert lost.grid == cast.city.grid
    assert client.get(URL).context["cases"] == []


def test_only_operators_have_such_a_list(client, cast):
    client.force_login(cast.dispatcher)
    assert client.get(URL).status_code == 404
