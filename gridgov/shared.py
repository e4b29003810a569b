"""What many screens ask for at the same moment: worked out once, and handed to all of them for some seconds.

It lies in Redis, for all processes; what is cheap to read and hardly ever changes is `gridgov.remembered`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import connection

Answer = TypeVar("Answer")

# Who waits for somebody else's work gives up then and does it too.
_PATIENCE_S = 2.0
_LOOK_EVERY_S = 0.02


@dataclass(frozen=True)
class Shared(Generic[Answer]):
    """An answer, and for how many more seconds others get the same one."""

    answer: Answer
    lasts: float


def shared(key: str, seconds: float, work_out: Callable[[], Answer]) -> Shared[Answer]:
    """The answer of the last `seconds` under this key, whichever process worked it out, else a new one.

    Of many who ask at once one works it out and the others wait for it. With `settings.REMEMBER_SECONDS` 0, or without
    Redis, everybody works it out; the key says all that the answer depends on, and who may see it.
    """
    if not settings.REMEMBER_SECONDS:
        return Shared(work_out(), 0)
    # As with hints: others may share the Redis.
    key = f"shared:{connection.settings_dict['NAME']}:{key}"
    return _kept(key) or _worked_out(key, seconds, work_out)


def _worked_out(key: str, seconds: float, work_out: Callable[[], Answer]) -> Shared[Answer]:
    if not cache.add(f"{key}:busy", 1, _PATIENCE_S):
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY_S)
            found: Shared[Answer] | None = _kept(key)
            if found:
                return found
    answer = work_out()
    cache.set(key, (time.time() + seconds, answer), seconds)
    cache.delete(f"{key}:busy")
    return Shared(answer, seconds)


def _kept(key: str) -> Shared[Any] | None:
    found = cache.get(key)
    if found is None or (left := found[0] - time.time()) <= 0:
        return None
    return Shared(found[1], left)
