"""Redrawn grids find their objects anew."""

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from gridgov import clock
from grids.area_files import FileRow
from grids.models import AreaLevel, GridObject, RegistryChange
from grids.services.area_import import import_areas
from grids.services.areas import add_area, redraw_area, retire_area
from grids.services.division import divide_area
from grids.services.relocation import relocate_objects
from tests.factories import inside, make_area, make_user
from tests.registry_factories import make_object

TODAY = clock.today()


def outline_of(area):
    return area.versions.get(valid_to=None).outline


def halves(outline):
    """The western and the eastern half of an outline's box."""
    west, south, east, north = outline.extent
    middle = (west + east) / 2
    return [
        MultiPolygon(box, srid=4326)
        for box in (
            _box(west, south, middle, north),
            _box(middle, south, east, north),
        )
    ]


def _box(*sides):
    return Polygon.from_bbox(sides)


def point_at(outline, share):
    """A point at a share of an outline's width, half way up."""
    west, south, east, north = outline.extent
    return Point(west + (east - west) * share, (south + north) / 2, srid=4326)


def area_of(made):
    return GridObject.objects.select_related("area").get(pk=made.pk).area


def test_what_a_redrawn_grid_no_longer_covers_comes_into_what_does(city):
    outline = outline_of(city.grid)
    west, east = halves(outline)
    left, right = (make_object(city.grid, point=point_at(outline, share)) for share in (0.25, 0.75))
    person = make_user(is_superuser=True)
    redraw_area(city.grid, west, from_date=TODAY, actor=person)
    assert (area_of(left), area_of(right)) == (city.grid, city.community)
    change = RegistryChange.objects.get(source="redrawn")
    assert (change.object, change.kind, change.by) == (right, "moved", person)
    assert change.fields == {"area": [city.grid.code, city.community.code]}
    assert change.version == GridObject.objects.get(pk=right.pk).version == 2
    redraw_area(city.other_grid, east, from_date=TODAY, actor=None)
    assert area_of(right) == city.other_grid
    assert area_of(left) == city.grid


def test_a_new_grid_takes_in_what_it_covers_and_leaves_what_a_lower_area_holds(city):
    community_outline = outline_of(city.community)
    lonely = make_object(city.community, point=point_at(community_outline, 0.95))
    held = make_object(city.grid)
    new = add_area(
        f"{city.community.code}009",
        "新网格",
        AreaLevel.GRID,
        parent=city.community,
        outline=halves(community_outline)[1],
        from_date=TODAY,
        actor=None,
    )
    assert area_of(lonely) == new
    redraw_area(city.community, halves(community_outline)[1], from_date=TODAY, actor=None)
    assert area_of(held) == city.grid
    assert RegistryChange.objects.filter(source="redrawn").count() == 1


def test_of_two_grids_at_one_place_the_lower_code_has_it_as_everywhere(city):
    made = make_object(city.other_grid)
    redraw_area(city.grid, outline_of(city.other_grid), from_date=TODAY, actor=None)
    assert area_of(made) == city.grid


def test_a_retired_grid_leaves_its_objects_to_the_community(city):
    made = make_object(city.grid)
    retire_area(city.grid, on=TODAY, actor=None)
    assert area_of(made) == city.community


def test_outside_of_all_areas_it_stays_with_its_district(city):
    made = make_object(city.grid)
    far = MultiPolygon(_box(100, 10, 101, 11), srid=4326)
    for area in (city.grid, city.community, city.street, city.district):
        redraw_area(area, far, from_date=TODAY, actor=None)
    made.refresh_from_db()
    assert (made.area, made.district) == (city.district, city.district)


def test_an_object_follows_into_another_district(city):
    made = make_object(city.grid)
    for area in (city.grid, city.community, city.street, city.district):
        redraw_area(area, MultiPolygon(_box(100, 10, 101, 11), srid=4326), from_date=TODAY, actor=None)
    other = make_area(without_outline=True)
    redraw_area(other, MultiPolygon(_box(113, 23, 114, 24), srid=4326), from_date=TODAY, actor=None)
    made.refresh_from_db()
    assert (made.area, made.district) == (other, other)


def test_an_object_without_a_place_stays_where_it_is(city):
    made = make_object(city.grid, point=None, district=city.district)
    redraw_area(city.district, MultiPolygon(_box(100, 10, 101, 11), srid=4326), from_date=TODAY, actor=None)
    assert area_of(made) == city.district
    assert not RegistryChange.objects.filter(source="redrawn").exists()


def test_an_import_that_shifts_a_border_moves_each_object_once(city):
    outlines = [outline_of(city.grid), outline_of(city.other_grid)]
    made = [make_object(grid) for grid in (city.grid, city.other_grid)]
    swapped = [
        FileRow(str(number), grid.code, grid.name, city.community.code, outline=outline)
        for number, (grid, outline) in enumerate(
            zip((city.grid, city.other_grid), reversed(outlines), strict=True)
        )
    ]
    report = import_areas(swapped, AreaLevel.GRID, from_date=TODAY, actor=None, source="test")
    assert report.written
    assert [area_of(each) for each in made] == [city.other_grid, city.grid]
    assert RegistryChange.objects.filter(source="redrawn").count() == 2


def test_a_community_cut_anew_gives_each_object_its_new_grid(city):
    made = [
        make_object(city.community, point=point_at(outline_of(city.community), n / 10 + 0.05))
        for n in range(10)
    ]
    divide_area(city.community, from_date=TODAY, actor=None, pieces=4, redraw=True)
    for each in made:
        covering = outline_of(area_of(each))
        assert covering.covers(each.point)
        assert area_of(each).level == AreaLevel.GRID
    moved = RegistryChange.objects.filter(source="redrawn")
    assert moved.count() == moved.values("object").distinct().count()


def test_it_takes_one_statement_however_many_objects(city, count_queries):
    for _ in range(20):
        make_object(city.grid, point=inside(city.grid))
    assert count_queries(lambda: relocate_objects([city.grid, city.other_grid], actor=None)) == 1
