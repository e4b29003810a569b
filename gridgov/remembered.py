"""What every step reads and people change once a month: remembered for a moment instead of read each time.

Each process remembers for itself; what is dear to work out and changes all the time is `gridgov.shared`.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from django.conf import settings

Answer = TypeVar("Answer")
_MOST = 1000


def remembered(read: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Ask for the same key again only after `settings.REMEMBER_SECONDS`; with 0, every time.

    A change holds for every process after that time at the latest, so it is for what nobody expects to hold
    at once, and the answer must not be changed by whoever gets it.
    """

    @lru_cache(maxsize=_MOST)
    def read_in(moment: object, key: str) -> Answer:
        return read(key)

    def answer(key: str) -> Answer:
        seconds = settings.REMEMBER_SECONDS
        return read_in(time.monotonic() // seconds, key) if seconds else read(key)

    return answer
