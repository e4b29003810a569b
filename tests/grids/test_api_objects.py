"""The registry over the API."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from gridgov import clock
from grids.models import DepartmentForm, DepartmentRecord, FeedRun, FeedState, ObjectKind, Resident, Role
from tests.registry_factories import make_licence, make_object, make_type

TYPES, OBJECTS = "/api/v1/registry/types/", "/api/v1/registry/objects/"


@pytest.fixture
def api():
    client = APIClient()

    def ask(person, address, **asked):
        client.force_authenticate(person)
        return client.get(address, asked)

    return ask


def codes(response):
    return [row["code"] for row in response.json()["results"]]


def test_the_types_come_with_their_fields(api, cast):
    fields = [{"key": "floors", "name": "层数", "type": "number", "unit": "层"}]
    make_type("tower", ObjectKind.BUILDING, attributes=fields)
    make_type("old", is_active=False)
    (row,) = api(cast.inspector, TYPES).json()["results"]
    assert (row["code"], row["kind"]) == ("tower", "building")
    assert row["attributes"][0].items() >= fields[0].items()


def test_the_list_says_what_stands_in_ones_areas(api, cast, city):
    mine, other = make_object(city.grid), make_object(city.other_grid)
    (row,) = api(cast.inspector, OBJECTS).json()["results"]
    assert row == {
        "code": mine.code,
        "type": "shop",
        "kind": "premises",
        "name": mine.name,
        "state": "in_use",
        "risk": "low",
        "address": "",
        "area": city.grid.code,
        "position": {"lon": mine.point.x, "lat": mine.point.y},
        "version": 1,
    }
    assert codes(api(cast.supervisor, OBJECTS)) == [mine.code, other.code]
    assert codes(api(cast.stranger, OBJECTS)) == codes(api(cast.citizen, OBJECTS)) == []


def test_it_is_narrowed_as_the_page_is(api, cast, city):
    make_object(city.grid)
    found = make_object(city.other_grid, risk="major")
    make_licence(found, city.street_department, valid_to=clock.today() - timedelta(days=1))
    for asked in (
        {"risk": "major"},
        {"area": city.other_grid.code},
        {"licence_ended": "true"},
        {"q": found.name},
    ):
        assert codes(api(cast.supervisor, OBJECTS, **asked)) == [found.code]
    assert api(cast.supervisor, OBJECTS, risk="terrible").status_code == 400


def test_pages_follow_each_other(api, cast, city):
    made = [make_object(city.grid).code for _ in range(3)]
    first = api(cast.inspector, OBJECTS, page_size=2)
    assert codes(first) == made[:2]
    assert codes(api(cast.inspector, first.json()["next"])) == made[2:]


def test_an_object_comes_with_all_that_one_may_see(api, cast, city):
    whole = make_object(city.grid)
    made = make_object(city.grid, part_of=whole, owner=city.team)
    make_licence(made, city.street_department, valid_to=clock.today())
    form = DepartmentForm.objects.create(
        department=city.district_department, code="fire", name="消防许可", seen_by=[Role.INSPECTOR]
    )
    run = FeedRun.objects.create(form=form, state=FeedState.GOOD, source="导出.csv", at=clock.now())
    DepartmentRecord.objects.create(
        form=form, object=made, district=city.district, data={"grade": "A"}, as_of=clock.today(), run=run
    )
    body = api(cast.inspector, f"{OBJECTS}{made.code}/").json()
    assert (body["part_of"], body["owner"]["code"]) == (whole.code, city.team.code)
    assert [area["code"] for area in body["chain"]][-1] == city.grid.code
    assert body["licences"][0]["standing"] == "soon"
    (record,) = body["records"]
    assert (record["form"], record["data"], record["is_broken"]) == ("fire", {"grade": "A"}, False)
    assert api(cast.operator, f"{OBJECTS}{made.code}/").json()["records"] == []
    assert api(cast.inspector, f"{OBJECTS}{whole.code}/").json()["parts"] == [made.code]


def test_nobody_who_lives_there_is_named(api, cast, city):
    home = make_object(city.grid, type=make_type("home", ObjectKind.DWELLING))
    Resident.objects.create(
        dwelling=home, district=city.district, name="演示住户", service="elder", since=clock.today()
    )
    assert "演示住户" not in api(cast.inspector, f"{OBJECTS}{home.code}/").content.decode()


def test_a_stranger_finds_nothing(api, cast, city):
    made = make_object(city.grid)
    for person in (cast.stranger, cast.citizen):
        assert api(person, f"{OBJECTS}{made.code}/").status_code == 404
    assert APIClient().get(OBJECTS).status_code == 401


def test_one_row_costs_as_many_queries_as_thirty(api, cast, city):
    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            assert api(cast.inspector, address).status_code == 200
        return len(captured)

    made = make_object(city.grid)
    make_licence(made, city.street_department)
    # Whose posts are read once.
    queries(OBJECTS)
    few = queries(OBJECTS), queries(f"{OBJECTS}{made.code}/")
    for _ in range(29):
        make_object(city.grid, part_of=made)
        make_licence(made, city.street_department)
    assert (queries(OBJECTS), queries(f"{OBJECTS}{made.code}/")) == few
