"""The map of the registry, and the data it draws."""

import pytest

from tests.factories import inside
from tests.pages import count_queries
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db
URL, DATA = "/registry/map/", "/registry/map/objects/"


def box_around(area):
    west, south, east, north = area.versions.get().outline.extent
    return f"{west},{south},{east},{north}"


def test_the_page_begins_where_one_works_and_leads_to_the_same_list(client, cast):
    client.force_login(cast.operator)
    page = client.get(URL, {"risk": "major"})
    assert page.context["home"] == cast.city.community.code
    assert "/registry/?risk=major" in page.content.decode()
    assert client.get(URL, {"area": cast.city.street.code}).context["home"] == cast.city.street.code


def test_what_stands_in_ones_areas_are_dots(client, cast, city):
    made = make_object(city.grid, risk="major")
    make_object(city.other_grid)
    make_object(city.grid, point=None, district=city.district)
    client.force_login(cast.inspector)
    (dot,) = client.get(DATA).json()["dots"]
    assert dot == {
        "at": [made.point.y, made.point.x],
        "light": "none",
        "number": made.code,
        "name": made.name,
        "left": "shop",
        "url": f"/registry/{made.code}/",
    }
    client.force_login(cast.stranger)
    assert client.get(DATA).json() == {"dots": [], "clusters": []}


def test_only_the_box_and_the_filters_count(client, cast, city):
    here = make_object(city.grid)
    make_object(city.other_grid, risk="larger")
    client.force_login(cast.operator)
    for asked in ({"bbox": box_around(city.grid)}, {"risk": "low"}, {"area": city.grid.code}):
        assert [dot["number"] for dot in client.get(DATA, asked).json()["dots"]] == [here.code]
    assert client.get(DATA, {"bbox": "1,2,3"}).status_code == 400


def test_too_many_become_counts(client, cast, city, monkeypatch):
    monkeypatch.setattr("grids.dots.MOST_DOTS", 2)
    for _ in range(3):
        make_object(city.grid, point=inside(city.grid))
    client.force_login(cast.operator)
    (cluster,) = client.get(DATA, {"bbox": box_around(city.community)}).json()["clusters"]
    assert (cluster["count"], cluster["late"]) == (3, 0)


def test_the_data_cost_the_same_for_one_object_and_for_thirty(client, cast, city):
    client.force_login(cast.operator)
    make_object(city.grid)
    one = count_queries(client, DATA)
    for _ in range(29):
        make_object(city.grid)
    assert count_queries(client, DATA) == one <= 6
