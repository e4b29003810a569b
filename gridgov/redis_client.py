"""Redis for what may fail: nobody waits for it again and again."""

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

import redis
from django.conf import settings

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

_PATIENCE_S = 1
_REST_S = 10


class _Silence:
    """Until when Redis is left alone after it did not answer: nobody waits for it again and again."""

    until = 0.0


def ask_redis(ask: Callable[[redis.Redis], Answer], otherwise: Answer) -> Answer:
    """What Redis answers; `otherwise` while it does not, which nobody waits for more than a moment."""
    if time.monotonic() < _Silence.until:
        return otherwise
    try:
        return ask(_redis())
    except redis.RedisError:
        _Silence.until = time.monotonic() + _REST_S
        logger.warning("Redis does not answer: no hints, and nobody is shown as present")
        return otherwise


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S
    )
