"""Gaps, overlaps and areas that hang loose."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from grids.coverage import check_coverage
from grids.models import AreaLevel, Role
from grids.services.areas import retire_area
from tests.factories import make_area, make_grid, make_organisation, make_post, square
from tests.grids.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def community():
    return make_area(AreaLevel.COMMUNITY, outline=square(113, 23, 0.01))


def checked(*arguments):
    """What is printed, and the exit code."""
    output = StringIO()
    try:
        call_command("check_areas", *arguments, stdout=output)
    except SystemExit as stop:
        return output.getvalue(), stop.code
    return output.getvalue(), 0


def found(parent):
    return [(finding.kind, finding.code, round(finding.m2, -3)) for finding in check_coverage(parent)]


def test_grids_that_fill_their_community_give_no_finding(community, django_assert_num_queries):
    for column in range(2):
        for row in range(2):
            make_grid(community, outline=square(113 + column * 0.005, 23 + row * 0.005, 0.005))
    with django_assert_num_queries(1):
        assert found(community) == []


def test_a_gap_is_named_with_its_square_metres(community):
    make_grid(community, outline=square(113, 23, 0.005))
    ((kind, code, m2),) = found(community)
    assert (kind, code) == ("gap", community.code)
    assert m2 == pytest.approx(3 / 4 * community.versions.get().area_m2, rel=0.01)


def test_an_overlap_and_a_part_outside_are_named(community):
    one = make_grid(community, outline=square(113, 23, 0.01))
    other = make_grid(community, outline=square(113.008, 23, 0.01))
    kinds = {(kind, code) for kind, code, _ in found(community)}
    assert kinds == {("overlap", one.code), ("outside", other.code)}


def test_retired_areas_and_those_without_outline_do_not_count(community):
    make_grid(community, outline=square(113, 23, 0.01))
    retire_area(make_grid(community, outline=square(113, 23, 0.005)), on=TODAY, actor=None)
    make_grid(community, without_outline=True)
    assert found(community) == []


def test_the_command_prints_each_finding_and_ends_with_one(community):
    grid = make_grid(community, outline=square(113, 23, 0.005))
    bare = make_grid(community, without_outline=True)
    printed, exit_code = checked(community.code)
    assert exit_code == 1
    assert f"{community.code}  gap" in printed
    assert f"{bare.code}  no outline" in printed
    assert f"{grid.code}  nobody" in printed


def test_it_speaks_one_language(community):
    make_grid(community, without_outline=True)
    with translation.override("zh-hans"):
        printed, _ = checked(community.code)
    assert "无人负责" in printed
    assert not re.search("[a-z]", printed.replace("m²", ""))


def test_a_city_where_all_is_well_ends_with_zero():
    district = make_area(outline=square(113, 23, 0.01))
    centre = make_organisation(district)
    street = make_area(AreaLevel.STREET, parent=district, outline=square(113, 23, 0.01))
    for area in (district, street):
        make_post(role=Role.LEADER, organisation=centre, area=area, is_responsible=True)
    printed, exit_code = checked()
    assert (exit_code, printed) == (0, "2 areas checked, 0 findings\n")


def test_an_area_under_one_without_outline_is_an_orphan():
    street = make_area(
        AreaLevel.STREET, parent=make_area(without_outline=True), outline=square(113, 23, 0.01)
    )
    printed, _ = checked()
    assert f"{street.code}  orphan" in printed
