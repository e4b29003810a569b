"""Redrawing an area: one outline ends, the next begins."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from gridgov import clock
from gridgov.errors import NotPermitted
from grids.errors import AreaNotAllowed, OutlineNotAllowed
from grids.models import AreaLevel, AreaVersion
from grids.services.areas import redraw_area, retire_area
from tests.factories import LONG_AGO, make_area, make_grid, square
from tests.grids.conftest import TODAY
from tests.racing import race


@pytest.mark.django_db
def test_the_old_outline_stays_with_its_dates(administrator):
    grid = make_grid()
    old = grid.versions.get()
    new = redraw_area(grid, square(113, 23, 0.01), from_date=TODAY, actor=administrator, source="survey")
    old.refresh_from_db()
    assert (old.number, old.valid_from, old.valid_to) == (1, LONG_AGO, TODAY)
    assert (new.number, new.valid_from, new.valid_to, new.source) == (2, TODAY, None, "survey")
    assert old.outline != new.outline


@pytest.mark.django_db
def test_an_area_known_by_name_gets_its_first_outline(administrator):
    area = make_area(without_outline=True)
    assert redraw_area(area, square(113, 23, 1), from_date=TODAY, actor=administrator).number == 1


@pytest.mark.django_db
def test_a_retired_area_comes_back(administrator):
    grid = make_grid()
    retire_area(grid, on=TODAY, actor=administrator)
    redraw_area(grid, square(113, 23, 0.01), from_date=TODAY, actor=administrator)
    grid.refresh_from_db()
    assert grid.retired_on is None
    assert grid.versions.current().get().number == 2


@pytest.mark.django_db
def test_a_grid_of_a_retired_community_does_not_come_back(administrator):
    grid = make_grid()
    retire_area(grid, on=TODAY, actor=administrator)
    retire_area(grid.parent, on=TODAY, actor=administrator)
    with pytest.raises(AreaNotAllowed):
        redraw_area(grid, square(113, 23, 0.01), from_date=TODAY, actor=administrator)


@pytest.mark.django_db
@pytest.mark.parametrize("day", [LONG_AGO - timedelta(days=1), clock.today() + timedelta(days=1)])
def test_it_can_not_begin_before_the_one_it_ends_nor_in_the_future(administrator, day):
    grid = make_grid()
    with pytest.raises(OutlineNotAllowed):
        redraw_area(grid, square(113, 23, 0.01), from_date=day, actor=administrator)
    assert grid.versions.get().valid_to is None


@pytest.mark.django_db
def test_only_administrators_redraw(stranger):
    with pytest.raises(NotPermitted):
        redraw_area(make_grid(), square(113, 23, 0.01), from_date=TODAY, actor=stranger)


@pytest.mark.django_db
def test_the_database_never_lets_an_outline_be_changed_in_place():
    version = make_grid().versions.get()
    with pytest.raises(DatabaseError, match="Cannot update"):
        AreaVersion.objects.filter(pk=version.pk).update(outline=square(0, 0, 1))


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_redraws_what_the_first_has_drawn():
    grid = make_grid()

    def redraw(west: float) -> None:
        redraw_area(grid, square(west, 23, 0.01), from_date=TODAY, actor=None)

    assert race(lambda: redraw(113.0), lambda: redraw(114.0)) == [None, None]
    assert list(grid.versions.order_by("number").values_list("number", "valid_to")) == [
        (1, TODAY),
        (2, TODAY),
        (3, None),
    ]


@pytest.mark.django_db
def test_only_what_has_nothing_under_it_is_retired(administrator):
    from grids.errors import AreaInUse

    grid = make_grid()
    with pytest.raises(AreaInUse):
        retire_area(grid.parent, on=TODAY, actor=administrator)
    retired = retire_area(grid, on=TODAY, actor=administrator)
    assert retired.retired_on == TODAY
    assert grid.versions.get().valid_to == TODAY
    assert make_area(AreaLevel.DISTRICT).retired_on is None
