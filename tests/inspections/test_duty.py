"""On duty and off duty, by one's own hand."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from gridgov import clock
from gridgov.errors import NotPermitted
from inspections.models import Duty
from inspections.services.duty import TrackPoint, add_track, go_off_duty, go_on_duty
from inspections.times import beginning_of
from tests.factories import inside
from tests.racing import race

pytestmark = pytest.mark.django_db
URL = "/m/duty/"


def test_on_duty_until_off_duty(client, cast):
    client.force_login(cast.inspector)
    assert client.post("/m/duty/on/", {"next": "/m/"}).url == "/m/"
    duty = Duty.objects.get()
    assert (duty.user, duty.post.area, duty.ended_at) == (cast.inspector, cast.city.grid, None)
    assert "/m/duty/off/" in client.get("/m/").content.decode()
    assert client.post("/m/duty/off/").url == URL
    duty.refresh_from_db()
    assert duty.ended_at >= duty.started_at


def test_on_duty_one_stays_on_it_and_off_duty_likewise(cast):
    assert go_on_duty(actor=cast.inspector) == go_on_duty(actor=cast.inspector)
    go_off_duty(actor=cast.inspector)
    assert go_off_duty(actor=cast.inspector) is None
    assert Duty.objects.count() == 1


def test_a_phone_without_signal_says_when_it_was(cast):
    hours_ago = clock.now() - timedelta(hours=5)
    duty = go_on_duty(actor=cast.inspector, at=hours_ago)
    assert duty.started_at == hours_ago
    go_off_duty(actor=cast.inspector, at=hours_ago + timedelta(hours=1))
    with pytest.raises(ValidationError):
        go_on_duty(actor=cast.inspector, at=hours_ago + timedelta(minutes=30))
    for implausible in (timedelta(days=-2), timedelta(hours=1)):
        with pytest.raises(ValidationError):
            go_on_duty(actor=cast.inspector, at=clock.now() + implausible)


def test_who_walked_then_was_on_duty_then_with_the_way_walked(cast):
    here, noon = inside(cast.city.grid), beginning_of(clock.today()) + timedelta(hours=12)
    cast.inspector.posts.update(valid_to=clock.today() - timedelta(days=1))
    with clock.at(noon):
        duty = go_on_duty(actor=cast.inspector, at=noon - timedelta(hours=20))
        point = TrackPoint(here.x, here.y, (noon - timedelta(hours=19)).timestamp())
        assert duty.post.user == cast.inspector
        assert add_track(actor=cast.inspector, client_uuid=uuid4(), points=[point]).stored == 1
        go_off_duty(actor=cast.inspector, at=noon - timedelta(hours=18))
        with pytest.raises(NotPermitted):
            go_on_duty(actor=cast.inspector)


@pytest.mark.parametrize("who", ["operator", "handler", "supervisor", "leader", "citizen"])
def test_who_does_not_walk_goes_on_no_duty(client, cast, who):
    with pytest.raises(NotPermitted):
        go_on_duty(actor=getattr(cast, who))
    client.force_login(getattr(cast, who))
    assert client.get(URL).status_code == 404


def test_the_page_tells_hours_and_kilometres_and_shows_the_way(client, cast):
    now = clock.now()
    with clock.at(now - timedelta(minutes=1)):
        go_on_duty(actor=cast.inspector)
    here = inside(cast.city.grid)
    points = [
        TrackPoint(here.x, here.y + north, now.timestamp() - 30 + 10 * i)
        for i, north in enumerate((0, 0.001))
    ]
    import uuid

    add_track(actor=cast.inspector, client_uuid=uuid.uuid4(), points=points)
    client.force_login(cast.inspector)
    response = client.get(URL)
    assert response.context["out"].metres == pytest.approx(111, abs=1)
    assert response.context["out"].minutes == 1
    page = response.content.decode()
    assert 'data-module="track-map"' in page
    # Of the grid that the way came through, and of no other.
    assert cast.city.grid.code in page
    assert cast.city.other_grid.code not in page
    ((_duty, through),) = response.context["stints"]
    assert through == [cast.city.grid]
    marks = json.loads(response.context["marks"])
    assert [mark["point"] for mark in marks] == [
        pytest.approx([here.x, here.y + north], abs=1e-5) for north in (0, 0.001)
    ]


def test_days_lead_to_the_days_beside_for_who_may_see_them(client, cast):
    with clock.at(clock.now() - timedelta(days=1)):
        yesterday = go_on_duty(actor=cast.inspector)
        go_off_duty(actor=cast.inspector)
    today = go_on_duty(actor=cast.inspector)
    for person, pages in ((cast.inspector, (URL, f"/m/duty/{today.pk}/")), (cast.grid_leader, ())):
        client.force_login(person)
        for page in (*pages, f"/m/duty/{today.pk}/"):
            assert f'href="/m/duty/{yesterday.pk}/"' in client.get(page).content.decode()
        assert f'href="/m/duty/{today.pk}/"' in client.get(f"/m/duty/{yesterday.pk}/").content.decode()


def test_times_on_duty_are_short_and_name_the_day_once(client, cast):
    for begins, ends in (("16T08:35", "16T11:55"), ("16T23:10", "17T01:05")):
        with clock.at(datetime.fromisoformat(f"2026-11-{begins}:00+08:00")):
            duty = go_on_duty(actor=cast.inspector)
        with clock.at(datetime.fromisoformat(f"2026-11-{ends}:00+08:00")):
            go_off_duty(actor=cast.inspector)
    client.force_login(cast.grid_leader)
    page = client.get(f"/m/duty/{duty.pk}/").content.decode()
    assert ">11-16 08:35 – 11:55<" in page
    assert ">11-16 23:10 – 11-17 01:05<" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("inspector", 200),
        ("grid_leader", 200),
        ("supervisor", 200),
        ("operator", 404),
        ("leader", 404),
        ("stranger", 404),
    ],
)
def test_a_track_is_seen_by_oneself_and_who_leads_there(client, cast, who, status):
    duty = go_on_duty(actor=cast.inspector)
    client.force_login(getattr(cast, who))
    assert client.get(f"/m/duty/{duty.pk}/").status_code == status


def test_the_api_does_the_same(client, cast):
    client.force_login(cast.inspector)
    answer = client.post("/api/v1/duty/", {"on": True}, content_type="application/json")
    assert (answer.status_code, answer.json()["on_duty"]) == (200, True)
    assert client.get("/api/v1/duty/").json()["since"] == answer.json()["since"]
    assert (
        client.post("/api/v1/duty/", {"on": False}, content_type="application/json").json()["since"] is None
    )


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_begin_one_duty(cast):
    found = race(*[lambda: go_on_duty(actor=cast.inspector).pk] * 4)
    assert len(set(found)) == 1
    assert Duty.objects.count() == 1
