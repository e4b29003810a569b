"""Who has what open at this moment: kept in Redis alone, for as long as their pages say so.

One sorted set for a database, so that a list of fifty rows asks once: each member is a thing and a person, its score the
moment until which it holds. Without Redis nobody is shown, and nothing else changes.
"""

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import redis
from django.db import connection

from gridgov.redis_client import ask_redis

# A page says every 10 s that it is still open; who says nothing for so long has gone.
HELD_S = 25
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Viewer:
    """Somebody who has a thing open."""

    pk: int
    name: str


def enter(about: str, viewer: Viewer) -> bool:
    """Note for `HELD_S` that this person has the thing open; says whether that is new."""
    now = time.time()

    def note(client: redis.Redis) -> bool:
        member = _member(about, viewer)
        with client.pipeline(transaction=True) as pipeline:
            pipeline.zremrangebyscore(_key(), "-inf", now)
            pipeline.zadd(_key(), {member: now + HELD_S})
            pipeline.expire(_key(), HELD_S)
            return bool(pipeline.execute()[1])

    return ask_redis(note, False)


def leave(about: str, viewer: Viewer) -> bool:
    """Note that this person has closed it; says whether they had it open."""
    return ask_redis(lambda client: bool(client.zrem(_key(), _member(about, viewer))), False)


def open_now() -> dict[str, list[Viewer]]:
    """Everything that anybody has open, each with the people in the order of their names; one round trip."""
    nobody: list[Any] = []
    found = ask_redis(lambda client: list(client.zrangebyscore(_key(), time.time(), "+inf")), nobody)
    people: dict[str, list[Viewer]] = defaultdict(list)
    for member in found:
        about, pk, name = member.decode().split(_BETWEEN, 2)
        people[about].append(Viewer(int(pk), name))
    for viewers in people.values():
        viewers.sort(key=lambda viewer: (viewer.name, viewer.pk))
    return dict(people)


def _key() -> str:
    return f"gridgov:open:{connection.settings_dict['NAME']}"


def _member(about: str, viewer: Viewer) -> str:
    return _BETWEEN.join([about, str(viewer.pk), viewer.name])
