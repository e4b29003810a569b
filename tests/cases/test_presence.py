"""Who has a case open is shown to the others, and gone soon after they close it."""

import pytest
import redis

from cases.presence import open_case
from gridgov import presence, redis_client
from tests.case_factories import make_case
from tests.pages import HTMX, count_queries, part

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _nobody_there(db):
    client = redis_client._redis()
    client.delete(presence._key())
    yield
    client.delete(presence._key())


@pytest.fixture
def hints(monkeypatch):
    told = []
    monkeypatch.setattr("cases.presence.tell_live", lambda kind, about, topics: told.append((kind, about)))
    return told


def beat(client, case, leave=False):
    return client.post(f"/cases/{case.number}/presence/{'?left' if leave else ''}", headers=ENGLISH)


def rows(client, case):
    return client.get(f"/cases/rows/?number={case.number}", headers=ENGLISH).content.decode()


def test_whoever_opens_it_sees_who_else_has_it_open(client, cast):
    case = make_case(cast)
    open_case(case, cast.dispatcher)
    client.force_login(cast.operator)
    for page in (
        client.get(f"/cases/{case.number}/", headers=ENGLISH),
        client.get(f"/cases/{case.number}/", headers={**ENGLISH, **HTMX}),
        client.get(f"/cases/{case.number}/refuse/", headers=ENGLISH),
        client.get(f"/cases/{case.number}/refuse/", headers={**ENGLISH, **HTMX}),
        beat(client, case),
    ):
        assert f"{cast.dispatcher} has this open" in page.content.decode()
        assert f"{cast.operator} has" not in page.content.decode()


def test_a_row_carries_the_eye_for_the_others(client, cast):
    case, other = make_case(cast), make_case(cast)
    open_case(case, cast.dispatcher)
    open_case(case, cast.supervisor)
    client.force_login(cast.operator)
    for page in (client.get("/cases/", headers=ENGLISH).content.decode(), rows(client, case)):
        assert f"{cast.dispatcher}, {cast.supervisor} have this open" in page
        assert page.count("data-open-with") == 1
    assert "data-open-with" not in rows(client, other)
    client.force_login(cast.dispatcher)
    assert f"{cast.supervisor} has this open" in rows(client, case)


def test_the_others_are_told_when_somebody_comes_and_goes_not_at_each_beat(client, cast, hints):
    case = make_case(cast)
    client.force_login(cast.operator)
    part(client, f"/cases/{case.number}/")
    assert hints == [("presence", case.number)]
    for _ in range(3):
        assert beat(client, case).status_code == 200
    assert len(hints) == 1
    assert beat(client, case, leave=True).status_code == 204
    assert len(hints) == 2
    assert beat(client, case, leave=True).status_code == 204
    assert len(hints) == 2
    assert presence.open_now() == {}


def test_whoever_vanishes_is_forgotten(cast, monkeypatch):
    case = make_case(cast)
    monkeypatch.setattr(presence, "HELD_S", 1)
    open_case(case, cast.dispatcher)
    assert open_case(case, cast.operator) == [str(cast.dispatcher)]
    now = presence.time.time()
    monkeypatch.setattr(presence.time, "time", lambda: now + 2)
    assert presence.open_now() == {}


def test_strangers_neither_hear_nor_are_shown(client, cast):
    case = make_case(cast)
    client.force_login(cast.stranger)
    assert beat(client, case).status_code == 404
    assert presence.open_now() == {}
    assert client.get(f"/cases/{case.number}/presence/").status_code == 405


def test_a_list_asks_redis_once_and_the_database_nothing(client, cast, monkeypatch):
    case = make_case(cast)
    client.force_login(cast.operator)
    before = count_queries(client, "/cases/")
    open_case(case, cast.dispatcher)
    asked = []
    ask = presence.ask_redis
    monkeypatch.setattr(presence, "ask_redis", lambda *args: asked.append(1) or ask(*args))
    assert count_queries(client, "/cases/") == before
    assert len(asked) == 1


def test_without_redis_everything_else_works(client, cast, monkeypatch, settings):
    case = make_case(cast)
    broken = redis.Redis(unix_socket_path="/nowhere/redis.sock")
    monkeypatch.setattr(redis_client, "_redis", lambda: broken)
    monkeypatch.setattr(redis_client._Silence, "until", 0.0)
    client.force_login(cast.operator)
    for url in ("/cases/", f"/cases/{case.number}/", f"/cases/{case.number}/refuse/"):
        assert client.get(url).status_code == 200
    assert beat(client, case).status_code == 200
    monkeypatch.setattr(redis_client._Silence, "until", 0.0)


@pytest.mark.parametrize("page", ["", "comment/"])
def test_a_phone_sends_no_heartbeat(client, cast, page):
    case = make_case(cast)
    client.force_login(cast.inspector)
    client.cookies["posture"] = "phone"
    html = client.get(f"/cases/{case.number}/{page}").content.decode()
    assert 'data-posture="phone"' in html
    assert "presence/" not in html
    assert presence.open_now() == {}
    client.cookies["posture"] = "console"
    html = client.get(f"/cases/{case.number}/{page}").content.decode()
    assert 'data-posture="console"' in html
    assert "presence/" in html
    assert list(presence.open_now()) == [case.number]
