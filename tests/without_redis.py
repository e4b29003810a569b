"""A site whose Redis is gone."""

from typing import Any


def without_redis(settings: Any) -> None:
    """Nothing answers where the cache asks."""
    broken = {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock"}
    settings.CACHES = {"default": broken}
