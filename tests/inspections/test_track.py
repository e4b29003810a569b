"""The way walked: only between on duty and off duty, and each stretch once."""

import uuid
from datetime import timedelta

import pytest

from gridgov import clock
from inspections.models import TrackSegment
from inspections.services.duty import TrackPoint, add_track, forget_tracks, go_off_duty, go_on_duty
from tests.factories import inside
from tests.racing import race

pytestmark = pytest.mark.django_db
URL = "/api/v1/duty/track/"


@pytest.fixture
def duty(cast):
    """The inspector was on duty from three hours ago until one hour ago."""
    now = clock.now()
    duty = go_on_duty(actor=cast.inspector, at=now - timedelta(hours=3))
    go_off_duty(actor=cast.inspector, at=now - timedelta(hours=1))
    duty.refresh_from_db()
    return duty


@pytest.fixture
def here(cast):
    return inside(cast.city.grid)


def point(here, hours, accuracy=5.0, north=0.0):
    return [here.x, here.y + north, (clock.now() - timedelta(hours=hours)).timestamp(), accuracy]


def send(client, points, name=None):
    body = {"client_uuid": str(name or uuid.uuid4()), "points": points}
    return client.post(URL, body, content_type="application/json")


def test_a_stretch_is_a_line_with_seconds(client, cast, duty, here):
    client.force_login(cast.inspector)
    answer = send(client, [point(here, 2, north=0.001), point(here, 2.5)])
    assert (answer.status_code, answer.json()) == (201, {"stored": 2, "refused": {}})
    segment = TrackSegment.objects.get()
    assert segment.seconds == [0, 1800]
    assert segment.path.coords[0] == pytest.approx((here.x, here.y))
    assert segment.duty == duty
    assert (segment.ended_at - segment.started_at).total_seconds() == pytest.approx(1800, abs=1)


def test_what_lies_outside_the_own_duty_is_refused_and_said_why(client, cast, duty, here):
    client.force_login(cast.inspector)
    points = [
        point(here, 4),
        point(here, 2.5),
        point(here, 2),
        point(here, 0.5),
        point(here, -1),
        point(here, 2.2, 900),
    ]
    answer = send(client, points)
    assert answer.json() == {
        "stored": 2,
        "refused": {"outside_duty": 2, "ahead_of_time": 1, "too_inaccurate": 1},
    }
    client.force_login(cast.grid_leader)
    assert send(client, [point(here, 2)]).json() == {"stored": 0, "refused": {"outside_duty": 1}}
    assert TrackSegment.objects.count() == 1


def test_a_single_point_is_kept_too(client, cast, duty, here):
    client.force_login(cast.inspector)
    assert send(client, [point(here, 2)]).json()["stored"] == 1
    assert TrackSegment.objects.get().seconds == [0, 0]


def test_sent_again_it_is_the_same_stretch_and_another_under_its_name_is_refused(client, cast, duty, here):
    client.force_login(cast.inspector)
    name, points = uuid.uuid4(), [point(here, 2.5), point(here, 2)]
    assert send(client, points, name).json() == send(client, points, name).json()
    assert TrackSegment.objects.count() == 1
    assert send(client, [point(here, 2.4), point(here, 2)], name).status_code == 422


@pytest.mark.parametrize(
    "points",
    [[], [[1, 2]], [[1, 2, 3, 4, 5]], [["x", 2, 3]], [[181, 0, 1700000000]], [[1, 2, 1e30]], [[1, 2, -5]]],
)
def test_what_is_no_track_is_refused(client, cast, duty, points):
    client.force_login(cast.inspector)
    assert send(client, points).status_code == 400


def test_who_does_not_walk_sends_none(client, cast, here):
    client.force_login(cast.operator)
    assert send(client, [point(here, 2)]).status_code == 403


def test_old_tracks_are_thrown_away(client, cast, duty, here, settings):
    settings.TRACK_KEEP_DAYS = 30
    client.force_login(cast.inspector)
    send(client, [point(here, 2)])
    assert forget_tracks() == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert forget_tracks() == 1
    assert not TrackSegment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_stretch_on_several_ways_at_once_is_kept_once(cast, duty, here):
    name, points = uuid.uuid4(), [TrackPoint(*point(here, hours)) for hours in (2.5, 2)]
    found = race(*[lambda: add_track(actor=cast.inspector, client_uuid=name, points=points).segment.pk] * 5)
    assert len(set(found)) == 1
