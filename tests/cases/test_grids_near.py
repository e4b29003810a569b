"""The grid of a point, and the borders so near that it may be another."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.urls import reverse

from cases.placing import grids_near
from tests.case_factories import make_case
from tests.factories import make_grid

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
DEGREE = 1 / 111_320


@pytest.fixture
def grids(city):
    """Two grids side by side, their border along a meridian."""

    def box(west, east):
        return MultiPolygon(Polygon.from_bbox((west, 30.0, east, 30.01)), srid=4326)

    return (
        make_grid(city.community, name="西网格", outline=box(120.0, 120.01)),
        make_grid(city.community, name="东网格", outline=box(120.01, 120.02)),
    )


def at(metres_east_of_the_border: float) -> Point:
    return Point(120.01 + metres_east_of_the_border * DEGREE / 0.866, 30.005, srid=4326)


def test_near_a_border_both_are_named_the_nearest_first(grids):
    west, east = grids
    assert [near.area for near in grids_near(at(-10))] == [west, east]
    assert [near.area for near in grids_near(at(10))] == [east, west]
    assert grids_near(at(10))[0].metres == 0
    assert grids_near(at(10))[1].metres == pytest.approx(10, abs=0.5)
    assert [near.area for near in grids_near(at(20))] == [east]


def test_outside_every_grid_those_nearby_are_named(grids):
    assert grids_near(Point(121, 31, srid=4326)) == []
    just_out = Point(120.005, 30.0 - 5 * DEGREE, srid=4326)
    assert [near.area for near in grids_near(just_out)] == [grids[0]]


def test_who_registers_is_told(client, cast, grids):
    near = make_case(cast, point=at(-8))
    client.force_login(cast.operator)
    html = client.get(reverse("cases:register_case", args=[near.number]), headers=ENGLISH).content.decode()
    assert "8 m from 东网格" in html
