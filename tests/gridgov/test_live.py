"""Hints about what changed, over a stream of server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.test import AsyncClient, Client

from cases.workflow import Status
from gridgov import live, redis_client
from gridgov.live import area_topic, events, organisation_topic, person_topic, tell_live
from tests.case_factories import case_in, make_case, make_cast, make_city

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 60  # what is never told would only be missed when the stream ends, after ten minutes


@pytest.fixture(autouse=True)
def empty_stream() -> None:
    redis.Redis.from_url(settings.REDIS_URL).delete(live.stream())


async def heard(stream: AsyncIterator[str | bytes], times: int) -> list[tuple[str, str, dict[str, str]]]:
    """The next (name, id, data) of so many events; heartbeats don't count."""
    found: list[tuple[str, str, dict[str, str]]] = []
    async for text in stream:
        told = text if isinstance(text, str) else text.decode()
        fields = dict(line.split(": ", 1) for line in told.strip().split("\n"))
        if fields["event"] == "still":
            continue
        found.append((fields["event"], fields["id"], json.loads(fields["data"])))
        if len(found) == times:
            break
    return found


def listen(topics: set[str], times: int, since: str = "") -> list[tuple[str, str, dict[str, str]]]:
    return asyncio.run(asyncio.wait_for(heard(events(topics, since), times), PATIENCE_S))


def test_who_comes_back_catches_up_with_what_concerns_them_and_nothing_else():
    ((_, start, _),) = listen({"area-1"}, 1)
    for number, topics in enumerate((["area-1"], ["area-2"], ["unit-9", "area-1"])):
        tell_live("case", str(number), topics)
    assert [(name, told) for name, _, told in listen({"area-1"}, 3, since=start)] == [
        ("ready", {}),
        ("hint", {"kind": "case", "about": "0"}),
        ("hint", {"kind": "case", "about": "2"}),
    ]


def test_nothing_is_told_before_the_commit_and_nothing_of_what_was_rolled_back():
    ((_, start, _),) = listen({"area-1"}, 1)
    with transaction.atomic():
        tell_live("case", "never", ["area-1"])
        transaction.set_rollback(True)
    with transaction.atomic():
        tell_live("case", "later", ["area-1"])
        assert redis.Redis.from_url(settings.REDIS_URL).xlen(live.stream()) == 0
    assert listen({"area-1"}, 2, since=start)[1][2]["about"] == "later"


@pytest.mark.parametrize("since", ["9" * 13 + "-0", "nonsense", "9" * 39, "-", "1-2-3"])
def test_who_was_away_for_too_long_is_told_to_look_at_everything(since):
    tell_live("case", "1", ["area-1"])
    ((name, last, _),) = listen({"area-1"}, 1, since=since)
    assert name == "reset"
    tell_live("case", "2", ["area-1"])
    assert listen({"area-1"}, 2, since=last)[1][2]["about"] == "2"


def test_what_was_thrown_away_counts_as_missed():
    ((_, start, _),) = listen({"area-1"}, 1)
    for number in range(3):
        tell_live("case", str(number), ["area-1"])
    redis.Redis.from_url(settings.REDIS_URL).xtrim(live.stream(), maxlen=2, approximate=False)
    assert listen({"area-1"}, 1, since=start)[0][0] == "reset"


def test_a_step_is_told_to_areas_holder_unit_and_reporter():
    cast = make_cast(make_city())
    ((_, start, _),) = listen({"x"}, 1)
    case = make_case(cast)
    for topic in (
        area_topic(cast.city.district.pk),
        area_topic(cast.city.grid.pk),
        organisation_topic(case.holder_id),
    ):
        assert listen({topic}, 2, since=start)[1][2] == {"kind": "case", "about": case.number}
    case = case_in(Status.DISPATCHED, cast)
    assert listen({organisation_topic(case.unit_id)}, 2, since=start)[1][2]["about"] == case.number
    assert listen({person_topic(case.reporter_id)}, 2, since=start)[1][2]["kind"] in ("case", "notice")


def test_the_page_streams_to_people_with_posts_what_is_theirs():
    cast = make_cast(make_city())
    client = AsyncClient()
    client.force_login(cast.dispatcher)
    mine = cast.dispatcher.posts.get().area_id

    async def ask() -> list[tuple[str, str, dict[str, str]]]:
        answer = await client.get("/live/")
        assert answer["Content-Type"] == "text/event-stream"
        assert answer["Cache-Control"] == "no-store"
        stream = aiter(answer)
        first = await heard(stream, 1)
        await asyncio.to_thread(tell_live, "case", "other", ["area-0"])
        await asyncio.to_thread(tell_live, "case", "mine", [area_topic(mine)])
        return first + await heard(stream, 1)

    assert [told.get("about") for _, _, told in asyncio.run(asyncio.wait_for(ask(), PATIENCE_S))] == [
        None,
        "mine",
    ]


def test_strangers_are_led_to_the_log_in_and_servers_of_one_thread_a_request_say_no(client: Client):
    assert client.get("/live/").status_code == 302
    client.force_login(make_cast(make_city()).operator)
    assert client.get("/live/").status_code == 204


def test_without_redis_a_step_is_taken_all_the_same_and_nobody_waits_twice(monkeypatch, caplog):
    gone = redis.Redis(unix_socket_path="/nowhere/redis.sock")
    monkeypatch.setattr(redis_client, "_redis", lambda: gone)
    monkeypatch.setattr(redis_client._Silence, "until", 0.0)
    make_case(make_cast(make_city()))
    assert len([record for record in caplog.records if "Redis" in record.message]) == 1
