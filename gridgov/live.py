"""Hints that something has changed, to whoever is looking, within a second; what it is they fetch themselves.

A hint names what changed and the topics of those whom it concerns. It goes through a stream in Redis, which keeps the
last ones: who was away for a moment catches up, who was away for longer is told to look at everything anew. Without
Redis nothing is lost: pages ask now and then by themselves.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Iterable
from functools import partial
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from django.db import connection, transaction

from gridgov.redis_client import ask_redis

logger = logging.getLogger(__name__)

# So many hints are kept for who comes back.
KEPT = 10_000
# A browser connects anew after so many seconds, with the posts that its person holds then.
HELD_S = 600
# What says nothing for so long is taken for dead by proxies.
HEARTBEAT_S = 15
_PATIENCE_S = 1


def stream() -> str:
    """The stream's name: one for each database, whoever else shares the Redis."""
    return f"gridgov:live:{connection.settings_dict['NAME']}"


def area_topic(pk: int) -> str:
    return f"area-{pk}"


def organisation_topic(pk: int) -> str:
    return f"organisation-{pk}"


def person_topic(pk: int) -> str:
    return f"person-{pk}"


def tell_live(kind: str, about: str, topics: Iterable[str]) -> None:
    """After the commit, hint that this thing of this kind ("case", its number) has changed to all who hear the topics."""
    transaction.on_commit(partial(_publish, kind, about, " ".join(sorted(set(topics)))), robust=True)


def _publish(kind: str, about: str, topics: str) -> None:
    def add(client: redis.Redis) -> None:
        client.xadd(stream(), {"kind": kind, "about": about, "topics": topics}, maxlen=KEPT, approximate=True)

    ask_redis(add, None)


async def events(topics: Iterable[str], since: str = "") -> AsyncIterator[str]:
    """Server-sent events for who hears these topics, from after the id `since` on; ends after `HELD_S`.

    The first event carries the id to go on from; `reset` says that hints were missed, `still` that nothing happened.
    """
    heard = frozenset(topics)
    client: Any = redis.asyncio.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2 * HEARTBEAT_S, decode_responses=True, protocol=2
    )
    name, ends = stream(), time.monotonic() + HELD_S
    try:
        last = await _newest(client)
        if since and not await _is_kept(client, since):
            yield _event("reset", last)
        else:
            last = since or last
            yield _event("ready", last)
        while (left := ends - time.monotonic()) > 0:
            block = int(1000 * min(HEARTBEAT_S, left)) or 1
            found = await client.xread({name: last}, count=200, block=block)
            if not found:
                yield _event("still", last)
                continue
            for last, fields in found[0][1]:
                if heard.isdisjoint(fields["topics"].split()):
                    continue
                told = {"kind": fields["kind"], "about": fields["about"]}
                yield _event("hint", last, told)
    except redis.RedisError:
        logger.warning("no live hints: Redis does not answer")
        await asyncio.sleep(_PATIENCE_S)  # browsers come back at once
    finally:
        await client.aclose()


async def _newest(client: Any) -> str:
    last = await client.xrevrange(stream(), count=1)
    return last[0][0] if last else "0-0"


async def _is_kept(client: Any, entry: str) -> bool:
    """Whether all that came after this id is still in the stream."""
    try:
        told = await client.xinfo_stream(stream())
    except redis.ResponseError:  # nothing was ever told, or Redis has begun anew
        return entry == "0-0"
    is_whole = told["entries-added"] == told["length"]
    first = "0-0" if is_whole else told["first-entry"][0]
    return _order(first) <= _order(entry) <= _order(told["last-generated-id"])


def _order(entry: str) -> tuple[int, ...]:
    """An id as something to compare; () for what is none."""
    parts = entry.split("-")
    return tuple(map(int, parts)) if len(parts) == 2 and all(part.isdecimal() for part in parts) else ()


def _event(name: str, entry: str, told: dict[str, str] | None = None) -> str:
    return f"id: {entry}\nevent: {name}\ndata: {json.dumps(told or {})}\n\n"
