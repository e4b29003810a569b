"""The map of open cases, and the data it draws."""

from datetime import timedelta

import pytest

from cases.workflow import Status
from gridgov import clock
from tests.case_factories import case_in, make_case
from tests.factories import inside
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
URL, DATA = "/cases/map/", "/cases/map/cases/"


def box_around(area):
    west, south, east, north = area.versions.get().outline.extent
    return f"{west},{south},{east},{north}"


def test_the_page_begins_at_the_area_of_the_person(client, cast):
    client.force_login(cast.operator)
    response = client.get(URL)
    assert response.context["home"] == cast.city.community.code
    assert client.get(URL, {"area": cast.city.street.code}).context["home"] == cast.city.street.code


def test_open_cases_are_dots_by_light(client, cast):
    with clock.at(clock.now() - timedelta(hours=3)):
        late = make_case(cast)
    fresh = make_case(cast, point=inside(cast.city.other_grid))
    case_in(Status.CLOSED, cast)
    make_case(cast, point=None)
    client.force_login(cast.operator)
    dots = {dot["number"]: dot for dot in client.get(DATA).json()["dots"]}
    assert set(dots) == {late.number, fresh.number}
    assert (dots[late.number]["light"], dots[fresh.number]["light"]) == ("red", "green")
    # The most urgent comes last and lies on top.
    assert list(dots)[-1] == late.number
    assert dots[fresh.number]["at"] == [fresh.point.y, fresh.point.x]


def test_only_the_box_and_the_filters_count(client, cast):
    here = make_case(cast)
    make_case(cast, point=inside(cast.city.other_grid), case_class=cast.city.other_class)
    client.force_login(cast.operator)
    for asked in ({"bbox": box_around(cast.city.grid)}, {"case_class": cast.city.case_class.pk}):
        assert [dot["number"] for dot in client.get(DATA, asked).json()["dots"]] == [here.number]


def test_strangers_see_no_dots(client, cast):
    make_case(cast)
    client.force_login(cast.stranger)
    assert client.get(DATA).json() == {"dots": [], "clusters": []}


def test_too_many_become_counts(client, cast, monkeypatch):
    monkeypatch.setattr("grids.dots.MOST_DOTS", 2)
    for _ in range(3):
        make_case(cast)
    client.force_login(cast.operator)
    found = client.get(DATA, {"bbox": box_around(cast.city.community)}).json()
    assert sum(cluster["count"] for cluster in found["clusters"]) == 3
    assert sum(cluster["late"] for cluster in found["clusters"]) == 0


def test_many_in_one_place_are_counted_and_the_others_stay_dots(client, cast):
    with clock.at(clock.now() - timedelta(hours=3)):
        make_case(cast)
    for _ in range(3):
        make_case(cast)
    alone = make_case(cast, point=inside(cast.city.other_grid))
    client.force_login(cast.operator)
    found = client.get(DATA, {"bbox": box_around(cast.city.community)}).json()
    assert [dot["number"] for dot in found["dots"]] == [alone.number]
    assert [(cluster["count"], cluster["late"]) for cluster in found["clusters"]] == [(4, 1)]


def test_a_broken_box_is_an_error(client, cast):
    client.force_login(cast.operator)
    assert client.get(DATA, {"bbox": "1,2,3"}).status_code == 400


def test_the_data_cost_the_same_for_one_case_and_for_thirty(client, cast):
    client.force_login(cast.operator)
    make_case(cast)
    one = count_queries(client, DATA)
    for _ in range(29):
        make_case(cast)
    assert count_queries(client, DATA) == one <= 5
