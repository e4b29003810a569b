"""Who is on duty where, and the ways of a day, as the live map gets them: and to whom."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.gis.geos import LineString

from gridgov import clock
from inspections.models import Duty, TrackSegment
from inspections.services import duty as duties
from tests.factories import inside

pytestmark = pytest.mark.django_db
PEOPLE, TRACKS = "/map/people/", "/map/tracks/"


@pytest.fixture
def walked(cast):
    """The inspector has been on duty for an hour and walked until ten minutes ago."""
    now = clock.now()
    with clock.at(now - timedelta(hours=1)):
        duties.go_on_duty(actor=cast.inspector)
    place = inside(cast.city.grid)
    TrackSegment.objects.create(
        client_uuid=uuid4(),
        duty=Duty.objects.get(user=cast.inspector),
        district=cast.city.district,
        started_at=now - timedelta(minutes=30),
        ended_at=now - timedelta(minutes=10),
        path=LineString((place.x, place.y), (place.x + 0.0004, place.y), srid=4326),
        seconds=[0, 1200],
    )
    return place


@pytest.fixture
def ask(client, cast):
    def ask(who, url, **more):
        client.force_login(who)
        west, south, east, north = cast.city.community.versions.get().outline.extent
        return client.get(url, {"bbox": f"{west},{south},{east},{north}", "zoom": 17, **more}).json()

    return ask


@pytest.mark.parametrize("person", ["grid_leader", "dispatcher", "supervisor", "leader"])
def test_who_commands_sees_who_is_on_duty_and_how_old_the_position_is(ask, cast, walked, person):
    ((lat, lon, user, name, minutes),) = ask(getattr(cast, person), PEOPLE)["people"]
    assert (lat, lon) == (round(walked.y, 5), round(walked.x + 0.0004, 5))
    assert (user, name, minutes) == (cast.inspector.pk, str(cast.inspector), 10)


@pytest.mark.parametrize("person", ["inspector", "operator", "handler", "officer", "stranger"])
def test_others_see_nobody(ask, cast, walked, person):
    assert ask(getattr(cast, person), PEOPLE) == {"people": [], "unseen": []}


def test_who_is_on_duty_without_a_position_is_named(ask, cast):
    duties.go_on_duty(actor=cast.inspector)
    assert ask(cast.grid_leader, PEOPLE) == {"people": [], "unseen": [str(cast.inspector)]}


def test_who_went_off_duty_is_not_shown(ask, cast, walked):
    duties.go_off_duty(actor=cast.inspector)
    assert ask(cast.grid_leader, PEOPLE)["people"] == []


@pytest.mark.parametrize(
    ("person", "sees"),
    [("grid_leader", 1), ("supervisor", 1), ("dispatcher", 0), ("leader", 0), ("stranger", 0)],
)
def test_only_who_leads_sees_where_somebody_walked(ask, cast, walked, person, sees):
    assert len(ask(getattr(cast, person), TRACKS)["tracks"]) == sees


def test_the_ways_of_a_day_of_all_or_of_one(ask, cast, walked):
    assert len(ask(cast.grid_leader, TRACKS, person=cast.inspector.pk)["tracks"]) == 1
    assert ask(cast.grid_leader, TRACKS, person=cast.grid_leader.pk)["tracks"] == []
    yesterday = clock.today() - timedelta(days=2)
    assert ask(cast.grid_leader, TRACKS, day=yesterday.isoformat())["tracks"] == []


def test_days_longer_ago_than_tracks_are_kept_show_nothing(ask, cast, walked, settings):
    settings.TRACK_KEEP_DAYS = 1
    Duty.objects.update(started_at=clock.now() - timedelta(days=3))
    TrackSegment.objects.update(
        started_at=clock.now() - timedelta(days=3), ended_at=clock.now() - timedelta(days=3)
    )
    day = clock.today() - timedelta(days=3)
    assert ask(cast.grid_leader, TRACKS, day=day.isoformat())["tracks"] == []
