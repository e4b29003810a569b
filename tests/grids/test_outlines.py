"""Outlines for maps."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from grids.models import AreaLevel
from grids.services.areas import change_area, redraw_area, retire_area
from tests.factories import make_area, make_grid, make_user, square
from tests.grids.conftest import TODAY

pytestmark = pytest.mark.django_db
ADDRESS = "/areas/outlines/"


@pytest.fixture
def staff(client):
    client.force_login(make_user())
    return client


@pytest.fixture
def community():
    return make_area(AreaLevel.COMMUNITY)


def codes(response):
    return [feature["id"] for feature in response.json()["features"]]


def test_it_is_geojson_with_what_a_map_needs(staff, community):
    (feature,) = staff.get(ADDRESS, {"level": 4}).json()["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert feature["properties"] == {
        "code": community.code,
        "name": community.name,
        "level": 4,
        "kind": "",
        "grade": "B",
        "is_generated": False,
    }


def test_levels_and_a_part_of_the_city_can_be_asked_for(staff, community):
    grid = make_grid(community)
    make_grid()
    within = {"within": community.code}
    assert codes(staff.get(ADDRESS, within | {"level": [4, 5]})) == [community.code, grid.code]
    assert codes(staff.get(ADDRESS, within | {"level": 5})) == [grid.code]


def test_a_box_keeps_what_touches_it(staff, community):
    here = make_grid(community, outline=square(113.5, 23.5, 0.01))
    make_grid(community, outline=square(113.6, 23.5, 0.01))
    assert codes(staff.get(ADDRESS, {"level": 5, "bbox": "113.505,23.505,113.55,23.6"})) == [here.code]


@pytest.mark.parametrize("bbox", ["1,2,3", "a,b,c,d", "3,0,1,1", "0,0,500,1", "nan,0,1,1"])
def test_a_broken_box_is_refused(staff, bbox):
    assert staff.get(ADDRESS, {"bbox": bbox}).status_code == 400


@pytest.mark.parametrize("query", [{"level": 9}, {"within": "999999"}, {"zoom": 99}, {"zoom": "x"}])
def test_a_broken_question_is_refused(staff, query):
    assert staff.get(ADDRESS, query).status_code == 400


def test_a_far_zoom_drops_vertices_that_nobody_could_see(staff):
    ring = [(113 + step / 10_000, 23 + (step % 2) / 100_000) for step in range(100)]
    outline = MultiPolygon(Polygon([*ring, (113.01, 23.01), (113, 23.01), ring[0]]), srid=4326)
    make_area(outline=outline)

    def vertices(**query):
        return len(staff.get(ADDRESS, query).json()["features"][0]["geometry"]["coordinates"][0][0])

    assert vertices() == 103
    assert vertices(zoom=9) < 10


def test_old_outlines_and_retired_areas_are_left_out(staff, community):
    grid = make_grid(community)
    redraw_area(grid, square(113, 23, 0.01), from_date=TODAY, actor=None)
    assert codes(staff.get(ADDRESS, {"level": 5})) == [grid.code]
    retire_area(grid, on=TODAY, actor=None)
    assert codes(staff.get(ADDRESS, {"level": 5})) == []


def test_nothing_is_sent_again_until_an_area_or_outline_changes(staff, community):
    def ask(etag=""):
        return staff.get(ADDRESS, headers={"If-None-Match": etag} if etag else {})

    first = ask()
    assert ask(first["ETag"]).status_code == 304
    change_area(community, actor=None, name="新名")
    second = ask(first["ETag"])
    assert second.status_code == 200
    redraw_area(community, square(113, 23, 0.1), from_date=TODAY, actor=None)
    assert ask(second["ETag"]).status_code == 200
    assert "private" in second["Cache-Control"]


def test_too_many_are_cut_off_and_it_says_so(staff, community, monkeypatch):
    monkeypatch.setattr("grids.outlines.MOST_FEATURES", 2)
    assert staff.get(ADDRESS).json()["truncated"] is True
    assert len(codes(staff.get(ADDRESS))) == 2
    assert staff.get(ADDRESS, {"level": 4}).json()["truncated"] is False


def test_a_fixed_number_of_queries(staff, community, django_assert_num_queries):
    for _ in range(5):
        make_grid(community)
    # Session, person, ETag, area asked for, outlines.
    with django_assert_num_queries(5):
        staff.get(ADDRESS, {"within": community.code, "level": 5, "zoom": 14})


def test_strangers_are_sent_to_log_in(client):
    assert client.get(ADDRESS).status_code == 302
