"""Signs of life that the parts of the system leave for the health page."""

import time

from django.core.cache import cache


def beat(part: str) -> None:
    """Note that a part ("worker", "sweep") is alive now, by the machine's clock."""
    cache.set(f"{part}_heartbeat", time.time(), timeout=None)


def age(part: str) -> int | None:
    """Whole seconds since a part's last sign of life; None when there was none."""
    last: float | None = cache.get(f"{part}_heartbeat")
    return None if last is None else max(int(time.time() - last), 0)
