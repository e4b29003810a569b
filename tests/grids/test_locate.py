"""Which areas a point lies in."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from grids.models import AreaLevel, AreaVersion, Role
from grids.permissions import posts_covering
from grids.selectors import chain_of, locate, responsible_by_area, responsible_for
from grids.services.areas import redraw_area, retire_area
from tests.factories import inside, make_area, make_grid, make_organisation, make_post, make_user, square
from tests.grids.conftest import TODAY

pytestmark = pytest.mark.django_db


def test_the_chain_runs_from_the_district_to_the_grid(django_assert_num_queries):
    grid = make_grid()
    make_grid(grid.parent)
    point = inside(grid)
    with django_assert_num_queries(2):
        located = locate(point)
    assert located.grid == grid
    assert [area.level for area in located.chain] == [1, 2, 4, 5]
    assert located.version == grid.versions.get()


def test_five_levels_work():
    subdistrict = make_area(AreaLevel.SUBDISTRICT)
    grid = make_grid(make_area(AreaLevel.COMMUNITY, parent=subdistrict))
    located = locate(inside(grid))
    assert [area.level for area in located.chain] == [1, 2, 3, 4, 5]
    assert located.chain == chain_of(grid)


def test_outside_everything_there_is_nothing():
    make_grid()
    assert locate(Point(0, 0, srid=4326)) is None


def test_a_point_on_a_border_always_gives_the_lowest_code():
    community = make_area(AreaLevel.COMMUNITY)
    west, south = 113.5, 23.5
    # Drawn in the wrong order on purpose: the code decides, not the row.
    later = make_grid(community, code=f"{community.code}009", outline=square(west, south, 0.01))
    sooner = make_grid(community, code=f"{community.code}002", outline=square(west + 0.01, south, 0.01))
    for y in (0.0, 0.005, 0.01):
        assert locate(Point(west + 0.01, south + y, srid=4326)).grid == sooner
    assert locate(Point(west, south, srid=4326)).grid == later


def test_another_level_can_be_asked_for_and_the_lowest_there_is():
    street = make_area(AreaLevel.STREET)
    point = inside(street)
    assert locate(point) is None
    assert locate(point, AreaLevel.STREET).area == street
    lowest = locate(point, None)
    assert (lowest.area, lowest.grid) == (street, None)


def test_only_the_outline_of_today_counts():
    grid = make_grid()
    before = inside(grid)
    redraw_area(grid, square(10, 10, 0.01), from_date=TODAY, actor=None)
    assert locate(before) is None
    assert locate(Point(10.005, 10.005, srid=4326)).version.number == 2
    retire_area(grid, on=TODAY, actor=None)
    assert locate(Point(10.005, 10.005, srid=4326)) is None


def test_those_who_answer_are_found_from_the_grid_up_in_one_query(django_assert_num_queries):
    grid = make_grid()
    district, street, community, _ = chain_of(grid)
    centre = make_organisation(district)
    for area, role in ((district, Role.LEADER), (community, Role.GRID_LEADER), (grid, Role.INSPECTOR)):
        make_post(role=role, organisation=centre, area=area, is_responsible=True)
    make_post(role=Role.OPERATOR, organisation=centre, area=street)
    make_post(
        role=Role.LEADER,
        organisation=centre,
        area=street,
        is_responsible=True,
        valid_to=TODAY.replace(year=2021),
    )
    with django_assert_num_queries(1):
        posts = responsible_for(grid)
        assert [(post.area, post.role) for post in posts] == [
            (grid, "inspector"),
            (community, "grid_leader"),
            (district, "leader"),
        ]
        assert posts[0].user.display_name
    assert set(responsible_by_area([grid, street])) == {grid.pk}


def test_a_post_covers_its_area_and_all_under_it():
    grid = make_grid()
    beside = make_area(AreaLevel.STREET, parent=chain_of(grid)[0])
    street = chain_of(grid)[1]
    user = make_user()
    post = make_post(user, Role.SUPERVISOR, make_organisation(street))
    assert posts_covering(user, grid) == posts_covering(user, street) == [post]
    assert posts_covering(user, beside) == posts_covering(user, chain_of(grid)[0]) == []


def test_current_outlines_are_found_by_their_index():
    point = inside(make_grid())
    with connection.cursor() as cursor:
        # In a table of four rows any way is as good; with thousands only this one is.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("DROP INDEX area_version_one_current")
    question = AreaVersion.objects.current().filter(outline__covers=point).order_by()
    assert "area_version_current_outline" in question.explain()
