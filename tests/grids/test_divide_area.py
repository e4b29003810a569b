"""Cutting communities into grids."""

from io import StringIO

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.core.management import CommandError, call_command

from grids.coverage import check_coverage
from grids.errors import AreaNotAllowed, GridsExist, OutlineNotAllowed
from grids.models import Area, AreaLevel, AreaVersion
from grids.selectors import locate
from grids.services.division import divide_area
from grids.splitting import split, split_by_seeds
from tests.factories import make_area
from tests.grids.conftest import TODAY

OUTLINES = {
    "square": "POLYGON((113 23, 113.01 23, 113.01 23.01, 113 23.01, 113 23))",
    # A horseshoe: a Voronoi cell may hold a part of both legs.
    "concave": "POLYGON((113 23, 113.03 23, 113.03 23.03, 113.02 23.03, 113.02 23.01, 113.01 23.01, "
    "113.01 23.03, 113 23.03, 113 23))",
    "comb": "POLYGON((113 23, 113.05 23, 113.05 23.04, 113.045 23.04, 113.045 23.01, 113.035 23.01, "
    "113.035 23.04, 113.03 23.04, 113.03 23.01, 113.02 23.01, 113.02 23.04, 113.015 23.04, "
    "113.015 23.01, 113.005 23.01, 113.005 23.04, 113 23.04, 113 23))",
    "hole": "POLYGON((113 23, 113.03 23, 113.03 23.03, 113 23.03, 113 23), "
    "(113.01 23.01, 113.02 23.01, 113.02 23.02, 113.01 23.02, 113.01 23.01))",
    "multipart": "MULTIPOLYGON(((113 23, 113.02 23, 113.02 23.02, 113 23.02, 113 23)), "
    "((113.03 23, 113.04 23.001, 113.04 23.01, 113.03 23.01, 113.03 23)))",
    "slanted": "POLYGON((113 23, 113.0213 23.0071, 113.0177 23.0219, 113.0031 23.0167, 113 23))",
}


def outline_of(name):
    geometry = GEOSGeometry(f"SRID=4326;{OUTLINES[name]}")
    return geometry if isinstance(geometry, MultiPolygon) else MultiPolygon(geometry, srid=4326)


@pytest.mark.django_db
@pytest.mark.parametrize("pieces", [2, 5, 23, 80])
@pytest.mark.parametrize("name", OUTLINES)
def test_the_pieces_fill_any_outline_without_gap_or_overlap(name, pieces):
    community = make_area(AreaLevel.COMMUNITY, outline=outline_of(name))
    grids = divide_area(community, pieces=pieces, from_date=TODAY, actor=None)
    assert list(check_coverage(community, tolerance_m2=0.001)) == []
    assert 0.8 * pieces <= len(grids) <= pieces
    sizes = sorted(version.area_m2 for version in AreaVersion.objects.filter(level=AreaLevel.GRID))
    assert sizes[-1] < 3 * sum(sizes) / len(sizes)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["concave", "comb", "hole"])
def test_a_grid_hangs_together_where_the_community_does(name):
    assert all(len(piece) == 1 for piece in split(outline_of(name), 12))


@pytest.mark.django_db
def test_neighbours_have_the_very_same_vertices_on_their_border():
    pieces = split(outline_of("slanted"), 9)
    for one in pieces:
        for other in pieces:
            if one is not other and (border := one.intersection(other)).length > 0:
                assert border.dims == 1
                corners = {point for ring in one[0] for point in ring.coords}
                assert corners & {point for ring in other[0] for point in ring.coords}


@pytest.mark.django_db
def test_the_same_seed_cuts_the_same_and_another_differs():
    outline = outline_of("square")
    assert split(outline, 6, seed=3) == split(outline, 6, seed=3)
    assert split(outline, 6, seed=3) != split(outline, 6, seed=4)


@pytest.mark.django_db
def test_pieces_of_several_seeds_are_one():
    outline = outline_of("square")
    seeds = [("left", 113.001), ("right", 113.009), ("left", 113.004)]
    points = [(label, GEOSGeometry(f"SRID=4326;POINT({x} 23.005)")) for label, x in seeds]
    pieces = split_by_seeds(outline, points)
    assert set(pieces) == {"left", "right"}
    assert all(len(piece) == 1 for piece in pieces.values())
    assert pieces["left"].area + pieces["right"].area == pytest.approx(outline.area)


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
def test_grids_are_about_as_large_as_asked_and_numbered_from_the_north_west():
    community = make_area(AreaLevel.COMMUNITY, outline=outline_of("square"))
    output = StringIO()
    call_command("divide_area", community.code, size=10_000, stdout=output)
    grids = list(Area.objects.filter(parent=community))
    assert [grid.code for grid in grids] == [f"{community.code}{n:03d}" for n in range(1, len(grids) + 1)]
    mean = sum(version.area_m2 for version in AreaVersion.objects.filter(level=AreaLevel.GRID)) / len(grids)
    assert mean == pytest.approx(10_000, rel=0.1)
    north_west = GEOSGeometry("SRID=4326;POINT(113.0001 23.0099)")
    south_east = GEOSGeometry("SRID=4326;POINT(113.0099 23.0001)")
    assert locate(north_west).grid.code < locate(south_east).grid.code
    assert grids[0].name == f"{community.name}第1网格"
    assert f"{len(grids)} grids" in output.getvalue()


@pytest.mark.django_db
def test_every_point_of_the_community_lies_in_a_grid():
    community = make_area(AreaLevel.COMMUNITY, outline=outline_of("slanted"))
    divide_area(community, pieces=15, from_date=TODAY, actor=None)
    outline = community.versions.get().outline
    for step in range(200):
        point = GEOSGeometry(f"SRID=4326;POINT({113 + step * 0.0001} {23 + step * 0.00008})")
        assert (locate(point) is not None) == outline.covers(point)


@pytest.mark.django_db
def test_grids_that_exist_are_kept_unless_a_redraw_is_asked_for():
    community = make_area(AreaLevel.COMMUNITY, outline=outline_of("square"))
    first = divide_area(community, pieces=6, from_date=TODAY, actor=None)
    with pytest.raises(GridsExist):
        divide_area(community, pieces=4, from_date=TODAY, actor=None)
    with pytest.raises(CommandError, match=community.code):
        call_command("divide_area", community.code, stdout=StringIO())
    second = divide_area(community, pieces=4, redraw=True, from_date=TODAY, actor=None)
    assert second == first[:4]
    assert [grid.versions.count() for grid in first] == [2, 2, 2, 2, 1, 1]
    assert list(check_coverage(community)) == []
    third = divide_area(community, pieces=7, redraw=True, from_date=TODAY, actor=None)
    assert third[:6] == first
    assert Area.objects.current().filter(parent=community).count() == 7


@pytest.mark.django_db
def test_a_larger_area_has_every_community_cut():
    street = make_area(AreaLevel.STREET)
    for _ in range(2):
        make_area(AreaLevel.COMMUNITY, parent=street)
    call_command("divide_area", street.code, size=5_000_000, stdout=StringIO())
    assert Area.objects.filter(level=AreaLevel.GRID).values("parent").distinct().count() == 2


@pytest.mark.django_db
def test_what_can_not_be_cut_is_refused():
    community = make_area(AreaLevel.COMMUNITY)
    with pytest.raises(AreaNotAllowed):
        divide_area(community.parent, pieces=2, from_date=TODAY, actor=None)
    with pytest.raises(AreaNotAllowed) as refusal:
        divide_area(community, size_m2=100, from_date=TODAY, actor=None)
    assert "999" in str(refusal.value.message)
    with pytest.raises(OutlineNotAllowed):
        divide_area(
            make_area(AreaLevel.COMMUNITY, without_outline=True), pieces=2, from_date=TODAY, actor=None
        )
    with pytest.raises(CommandError):
        call_command("divide_area", community.code, size=0)
    with pytest.raises(CommandError):
        call_command("divide_area", "999999", stdout=StringIO())
    assert not Area.objects.filter(level=AreaLevel.GRID).exists()
