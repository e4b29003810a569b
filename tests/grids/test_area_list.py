"""The list of areas."""

import pytest

from grids.models import AreaLevel, Role
from tests.factories import make_area, make_grid, make_organisation, make_post, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/areas/"


@pytest.fixture
def staff(client):
    user = make_user()
    client.force_login(user)
    return client


@pytest.fixture
def street():
    return make_area(AreaLevel.STREET, name="桂城街道")


def test_the_only_district_opens_by_itself(staff, street):
    page = staff.get(ADDRESS)
    assert page.context["under"] == street.parent
    assert [row.area for row in page.context["areas"]] == [street]


def test_of_several_districts_each_is_a_row(staff, street):
    other = make_area()
    assert [row.area for row in staff.get(ADDRESS).context["areas"]] == [street.parent, other]


def test_a_row_says_who_answers_and_what_is_under_it(staff, street):
    grid = make_grid(make_area(AreaLevel.COMMUNITY, parent=street))
    make_area(AreaLevel.COMMUNITY, parent=street, retired_on="2026-01-01")
    post = make_post(
        make_user(display_name="王主任"), Role.LEADER, make_organisation(street), is_responsible=True
    )
    (row,) = staff.get(ADDRESS, {"under": street.parent.code}).context["areas"]
    assert (row.people, row.grids, row.area.children_count) == ([post], 1, 1)
    assert row.area.area_m2 > 0
    page = staff.get(ADDRESS, {"under": street.parent.code}).content.decode()
    assert "王主任" in page
    assert f"/areas/?under={street.code}" in page
    assert grid.name not in page


def test_the_way_up_leads_through_every_level(staff, street):
    community = make_area(AreaLevel.COMMUNITY, parent=street)
    page = staff.get(ADDRESS, {"under": community.code})
    assert page.context["chain"] == [street.parent, street, community]
    assert "nothing under this area" in page.content.decode() or page.context["areas"] == []


@pytest.mark.parametrize("words", ["桂城", "440601001"])
def test_an_area_is_found_by_name_or_code_wherever_it_hangs(staff, street, words):
    make_area(AreaLevel.STREET, parent=street.parent, name="大沥镇")
    assert [row.area for row in staff.get(ADDRESS, {"q": words}).context["areas"]] == [street]


def test_nothing_found_says_so(staff, street):
    page = staff.get(ADDRESS, {"q": "没有"})
    assert page.context["areas"] == []
    assert page.status_code == 200


def test_retired_areas_are_left_out(staff, street):
    make_area(AreaLevel.STREET, parent=street.parent, retired_on="2026-01-01")
    assert len(staff.get(ADDRESS, {"under": street.parent.code}).context["areas"]) == 1


def test_a_long_list_comes_in_pages_that_miss_and_double_nothing(staff, street, monkeypatch):
    monkeypatch.setattr("grids.views.areas.PAGE_SIZE", 3)
    areas = [street, *(make_area(AreaLevel.STREET, parent=street.parent) for _ in range(6))]
    address, seen = f"{ADDRESS}?under={street.parent.code}", []
    while address:
        page = staff.get(address)
        seen += [row.area for row in page.context["areas"]]
        address = page.context["next"]
    assert seen == areas


def test_the_number_of_queries_does_not_grow_with_the_rows(staff, street, count_queries):
    centre = make_organisation(street.parent)

    def add(communities):
        for _ in range(communities):
            community = make_area(AreaLevel.COMMUNITY, parent=street)
            make_post(organisation=centre, role=Role.GRID_LEADER, area=community, is_responsible=True)

    add(1)
    few = count_queries(lambda: staff.get(ADDRESS, {"under": street.code}))
    add(12)
    assert count_queries(lambda: staff.get(ADDRESS, {"under": street.code})) == few <= 10


def test_an_unknown_area_is_not_found(staff, street):
    assert staff.get(ADDRESS, {"under": "999999"}).status_code == 404


def test_strangers_are_sent_to_log_in(client, street):
    assert client.get(ADDRESS).status_code == 302
