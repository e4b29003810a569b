"""Areas and places over the API."""

import pytest
from rest_framework.test import APIClient

from grids.models import AreaLevel, OrganisationKind, Role
from tests.factories import inside, make_area, make_grid, make_organisation, make_post, make_user

pytestmark = pytest.mark.django_db
AREAS, LOCATE = "/api/v1/areas/", "/api/v1/locate/"


@pytest.fixture
def api():
    client = APIClient()
    client.force_authenticate(make_user())
    return client


@pytest.fixture
def grid():
    return make_grid()


def codes(response):
    return [feature["id"] for feature in response.json()["features"]]


def test_the_list_is_a_feature_collection(api, grid):
    body = api.get(AREAS, {"level": "grid"}).json()
    assert (body["type"], body["next"]) == ("FeatureCollection", None)
    (feature,) = body["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    version = grid.versions.get()
    assert feature["properties"] == {
        "code": grid.code,
        "name": grid.name,
        "level": "grid",
        "parent": grid.parent.code,
        "kind": "residential",
        "grade": "B",
        "area_m2": version.area_m2,
        "version": 1,
        "valid_from": "2020-01-01",
        "is_generated": False,
    }


def test_an_area_known_by_name_has_no_geometry(api):
    make_area(without_outline=True)
    (feature,) = api.get(AREAS).json()["features"]
    assert feature["geometry"] is None
    assert feature["properties"]["version"] is None


def test_it_is_filtered_by_level_parent_subtree_code_and_name(api, grid):
    community = grid.parent
    street = community.parent
    other = make_area(AreaLevel.COMMUNITY, parent=street, name="别的社区")
    make_grid()
    assert codes(api.get(AREAS, {"parent": street.code})) == [community.code, other.code]
    assert codes(api.get(AREAS, {"within": community.code})) == [community.code, grid.code]
    assert codes(api.get(AREAS, {"within": street.code, "level": ["street", "grid"]})) == [
        street.code,
        grid.code,
    ]
    assert codes(api.get(AREAS, {"code": f"{grid.code},{street.code}"})) == [street.code, grid.code]
    assert codes(api.get(AREAS, {"name": "别的"})) == [other.code]
    assert codes(api.get(AREAS, {"within": "999999"})) == []
    assert api.get(AREAS, {"level": "planet"}).status_code == 400


def test_pages_miss_and_double_nothing(api, grid):
    grids = [grid, *(make_grid(grid.parent) for _ in range(6))]
    address, seen = f"{AREAS}?level=grid&page_size=3", []
    while address:
        body = api.get(address).json()
        seen += [feature["id"] for feature in body["features"]]
        address = body["next"]
    assert seen == [one.code for one in grids]


def test_the_list_takes_one_query_whatever_its_length(api, grid, django_assert_num_queries):
    for _ in range(8):
        make_grid(grid.parent)
    with django_assert_num_queries(1):
        api.get(AREAS)


def test_one_area_comes_with_its_chain_people_and_organisations(api, grid, django_assert_num_queries):
    community = grid.parent
    station = make_organisation(community)
    make_organisation(community, OrganisationKind.TEAM, is_active=False)
    make_post(
        make_user(display_name="张网格长"), Role.GRID_LEADER, station, is_responsible=True, title="网格长"
    )
    with django_assert_num_queries(5):
        body = api.get(f"{AREAS}{community.code}/").json()
    properties = body["properties"]
    assert [area["level"] for area in properties["chain"]] == ["district", "street", "community"]
    assert properties["responsible"] == [
        {
            "area": community.code,
            "name": "张网格长",
            "phone": "",
            "role": "grid_leader",
            "title": "网格长",
            "organisation": station.name,
        }
    ]
    assert [organisation["code"] for organisation in properties["organisations"]] == [station.code]
    assert api.get(f"{AREAS}999999/").status_code == 404


def test_locate_gives_the_chain_the_grid_and_who_answers(api, grid, django_assert_num_queries):
    make_post(
        role=Role.INSPECTOR, organisation=make_organisation(grid.parent), area=grid, is_responsible=True
    )
    point = inside(grid)
    with django_assert_num_queries(3):
        body = api.get(LOCATE, {"lon": point.x, "lat": point.y}).json()
    assert body["located"] is True
    assert body["grid"] == {"code": grid.code, "name": grid.name, "level": "grid"}
    assert [area["code"] for area in body["chain"]] == grid.ancestor_codes
    assert body["version"] == 1
    assert [person["role"] for person in body["responsible"]] == ["inspector"]


def test_locate_outside_the_grids_gives_what_there_is(api):
    street = make_area(AreaLevel.STREET)
    point = inside(street)
    body = api.get(LOCATE, {"lon": point.x, "lat": point.y}).json()
    assert (body["located"], body["grid"], len(body["chain"])) == (True, None, 2)


def test_locate_outside_everything_says_so(api, grid):
    body = api.get(LOCATE, {"lon": 0, "lat": 0}).json()
    assert body == {"located": False, "grid": None, "version": None, "chain": [], "responsible": []}


@pytest.mark.parametrize(
    "query", [{}, {"lon": 113}, {"lon": "x", "lat": 1}, {"lon": 113, "lat": 91}, {"lon": "nan", "lat": 1}]
)
def test_a_place_that_is_none_is_refused(api, query):
    assert api.get(LOCATE, query).status_code == 400


def test_strangers_get_nothing(grid):
    for address in (AREAS, f"{AREAS}{grid.code}/", f"{LOCATE}?lon=1&lat=1"):
        assert APIClient().get(address).status_code in {401, 403}
