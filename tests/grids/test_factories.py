"""The factories make things that fit together."""

import pytest

from grids.models import Area, AreaLevel, OrganisationKind, Post, Role
from tests.factories import inside, make_area, make_grid, make_organisation, make_post

pytestmark = pytest.mark.django_db


def test_a_grid_brings_its_chain_of_parents():
    grid = make_grid()
    assert grid.ancestor_codes == ["440601", "440601001", "440601001001", "440601001001001"]
    assert Area.objects.count() == 4


def test_siblings_lie_beside_each_other_inside_their_parent():
    community = make_area(AreaLevel.COMMUNITY)
    first, second = make_grid(community), make_grid(community)
    outline = community.versions.get().outline
    assert not first.versions.get().outline.contains(inside(second))
    assert all(outline.contains(inside(grid)) for grid in (first, second))


def test_a_post_brings_its_person_and_organisation():
    post = make_post(role=Role.DISPATCHER)
    assert post.area == post.organisation.area
    assert list(Post.objects.current()) == [post]


def test_departments_of_one_area_get_their_own_codes():
    area = make_area()
    codes = {make_organisation(area, OrganisationKind.DEPARTMENT).code for _ in range(2)}
    assert codes == {"440601-department-1", "440601-department-2"}
