"""How much of each grid was walked."""

import uuid
from datetime import timedelta

import pytest

from gridgov import clock
from grids.models import Role
from inspections.coverage import covered_on
from inspections.models import GridCoverage, TrackSegment
from inspections.services.duty import TrackPoint, add_track, cover_grids, go_off_duty, go_on_duty
from inspections.tasks import keep_tracks
from tests.factories import inside, make_post, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("midday")]


def walk(cast, *places, minutes_ago=50):
    go_on_duty(actor=cast.inspector, at=clock.now() - timedelta(hours=1))
    at = (clock.now() - timedelta(minutes=minutes_ago)).timestamp()
    points = [TrackPoint(x, y, at + 10 * i) for i, (x, y) in enumerate(places)]
    add_track(actor=cast.inspector, client_uuid=uuid.uuid4(), points=points)


def across(grid):
    """West to east through the middle of a grid of about 102 × 111 m."""
    west, south, east, north = grid.versions.get().outline.extent
    middle = (south + north) / 2
    return (west, middle), (east, middle)


def test_a_walk_through_the_middle_sees_forty_metres_on_both_sides(cast):
    walk(cast, *across(cast.city.grid))
    cover_grids(clock.today())
    row = GridCoverage.objects.get(grid=cast.city.grid)
    assert row.share == pytest.approx(80 / 111, abs=0.02)
    assert row.metres == pytest.approx(102, abs=2)
    assert row.district == cast.city.district


def test_the_same_way_twice_covers_no_more(cast):
    walk(cast, *across(cast.city.grid))
    before = covered_on(clock.today(), cast.city.community)[cast.city.grid.pk]
    walk(cast, *across(cast.city.grid), minutes_ago=30)
    after = covered_on(clock.today(), cast.city.community)[cast.city.grid.pk]
    assert after.share == pytest.approx(before.share, abs=0.001)
    assert after.metres == pytest.approx(2 * before.metres, rel=0.01)


def test_a_second_run_brings_it_up_to_date_and_keeps_what_was_known_before(cast):
    here = inside(cast.city.grid)
    walk(cast, (here.x, here.y))
    assert cover_grids(clock.today()) == 1
    small = GridCoverage.objects.get(grid=cast.city.grid)
    walk(cast, *across(cast.city.grid), minutes_ago=30)
    with clock.at(clock.now() + timedelta(hours=1)):
        # The grid beside it is seen from the border.
        assert [cover_grids(clock.today()) for _again in range(2)] == [2, 0]
    large = GridCoverage.objects.get(grid=cast.city.grid, superseded_at=None)
    assert large.share > small.share > 0
    small.refresh_from_db()
    assert small.noted_at < small.superseded_at == large.noted_at


def test_a_way_that_a_phone_tells_days_later_is_noted_the_night_after(cast):
    three_days_ago = clock.now() - timedelta(days=3)
    with clock.at(three_days_ago):
        go_on_duty(actor=cast.inspector)
    with clock.at(three_days_ago + timedelta(hours=2)):
        go_off_duty(actor=cast.inspector)
        keep_tracks()
    (x, y), (to_x, to_y) = across(cast.city.grid)
    at = (three_days_ago + timedelta(hours=1)).timestamp()
    points = [TrackPoint(x, y, at), TrackPoint(to_x, to_y, at + 60)]
    add_track(actor=cast.inspector, client_uuid=uuid.uuid4(), points=points)
    with clock.at(clock.now() + timedelta(days=1)):
        keep_tracks()
        noted = GridCoverage.objects.get(grid=cast.city.grid)
        assert noted.day == clock.today() - timedelta(days=4)
        assert noted.share == pytest.approx(80 / 111, abs=0.02)
        keep_tracks()
    assert GridCoverage.objects.filter(grid=cast.city.grid).count() == 1


def test_a_day_on_duty_without_any_way_counts_with_nothing(cast):
    yesterday = clock.now() - timedelta(days=1)
    with clock.at(yesterday):
        go_on_duty(actor=cast.inspector)
    with clock.at(yesterday + timedelta(hours=1)):
        go_off_duty(actor=cast.inspector)
    keep_tracks()
    row = GridCoverage.objects.get()
    assert (row.day, row.grid, row.inspector) == (yesterday.date(), cast.city.grid, cast.inspector)
    assert (row.share, row.metres) == (0, 0)


def test_what_is_seen_from_next_door_on_a_free_day_is_nobody_s(cast):
    walk(cast, *across(cast.city.grid))
    cover_grids(clock.today())
    own, beside = GridCoverage.objects.order_by("-share")
    assert (own.inspector, beside.inspector) == (cast.inspector, None)
    assert (own.grid, beside.grid) == (cast.city.grid, cast.city.other_grid)


def test_a_duty_that_is_told_after_the_night_makes_the_day_whose_it_is(cast):
    """The neighbour's way was noted at night; then the phone of whoever answers for the grid tells of the duty."""
    walk(cast, *across(cast.city.grid))
    today = clock.today()
    cover_grids(today)
    beside = GridCoverage.objects.get(grid=cast.city.other_grid)
    other = make_user("second")
    make_post(other, Role.INSPECTOR, cast.city.community_centre, area=cast.city.other_grid)
    go_on_duty(actor=other)
    TrackSegment.objects.all().delete()
    with clock.at(clock.now() + timedelta(hours=1)):
        assert [cover_grids(today) for _again in range(2)] == [1, 0]
    now = GridCoverage.objects.get(grid=cast.city.other_grid, superseded_at=None)
    assert (now.inspector, now.share) == (other, beside.share)
    beside.refresh_from_db()
    assert beside.superseded_at == now.noted_at


def test_the_stand_in_has_the_day_when_both_are_on_duty(cast):
    deputy = make_user("deputy")
    today = clock.today()
    stands_in = {"deputy_of": cast.inspector.posts.get(), "valid_from": today, "valid_to": today}
    make_post(deputy, Role.INSPECTOR, cast.city.community_centre, area=cast.city.grid, **stands_in)
    go_on_duty(actor=cast.inspector)
    cover_grids(today - timedelta(days=1))
    assert not GridCoverage.objects.exists()
    go_on_duty(actor=deputy)
    cover_grids(today)
    assert GridCoverage.objects.get().inspector == deputy


def test_another_day_and_another_grid_have_none(cast):
    walk(cast, *across(cast.city.grid))
    assert cover_grids(clock.today() - timedelta(days=1)) == 0
    assert covered_on(clock.today(), cast.city.grid).keys() == {cast.city.grid.pk}
