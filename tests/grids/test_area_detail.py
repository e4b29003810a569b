"""The page of one area."""

import pytest

from grids.models import AreaLevel, OrganisationKind, Role
from grids.services.areas import redraw_area, retire_area
from tests.factories import make_area, make_grid, make_organisation, make_post, make_user, square
from tests.grids.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_user())
    return client


def test_it_shows_the_map_the_people_of_every_level_and_the_organisations(staff, count_queries):
    grid = make_grid(name="第一网格")
    community = grid.parent
    centre = make_organisation(community.parent.parent)
    make_organisation(community, OrganisationKind.TEAM, name="处置队")
    for area, name in ((community, "张网格长"), (community.parent.parent, "李区长")):
        make_post(
            make_user(display_name=name, phone="13800000000"),
            Role.LEADER,
            centre,
            area=area,
            is_responsible=True,
        )
    assert count_queries(lambda: staff.get(f"/areas/{community.code}/")) <= 11
    page = staff.get(f"/areas/{community.code}/").content.decode()
    for words in ("张网格长", "李区长", "处置队", "tel:13800000000", community.parent.name):
        assert words in page
    assert f"within={community.code}&amp;level=4&amp;level=5" in page


def test_a_grid_of_no_outline_says_so(staff):
    page = staff.get(f"/areas/{make_grid(without_outline=True).code}/")
    assert "area-map" not in page.content.decode().replace("area-map__", "").split("<body")[1]


def test_a_generated_outline_is_called_so(staff):
    area = make_area(without_outline=True)
    redraw_area(area, square(113, 23, 1), from_date=TODAY, actor=None, source="测试来源", is_generated=True)
    page = staff.get(f"/areas/{area.code}/").content.decode()
    assert "测试来源" in page
    assert 'href="#info"' in page or "#info" in page


def test_older_outlines_are_listed_also_of_a_retired_area(staff):
    grid = make_grid()
    redraw_area(grid, square(113, 23, 0.01), from_date=TODAY, actor=None)
    retire_area(grid, on=TODAY, actor=None)
    page = staff.get(f"/areas/{grid.code}/")
    assert page.content.decode().count("2026-11-20") >= 2
    assert page.context["current"] is None


def test_an_unknown_code_is_not_found(staff):
    assert staff.get("/areas/999999/").status_code == 404


def test_strangers_are_sent_to_log_in(client):
    assert client.get(f"/areas/{make_area(AreaLevel.DISTRICT).code}/").status_code == 302
