"""The cache in Redis; without Redis a cache that keeps nothing, because what only counts or remembers stops nobody."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class CalmRedisCache(RedisCache):
    """Redis as Django's cache: while it does not answer nothing is found, and whoever adds is the first."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_asked(super().add, True, *args, **kwargs))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _asked(super().get, default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        _asked(super().set, None, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_asked(super().touch, False, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_asked(super().delete, False, *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return dict(_asked(super().get_many, {}, *args, **kwargs))

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        return list(_asked(super().set_many, [], *args, **kwargs))

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        _asked(super().delete_many, None, *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_asked(super().has_key, False, *args, **kwargs))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        found: int | None = _asked(super().incr, None, key, delta, version)
        if found is None:
            raise ValueError(f"{key!r} is not there")  # as Django says it of every key that isn't
        return found

    def answers(self) -> bool:
        """Whether Redis answers now."""
        return bool(_asked(lambda: self._cache.get_client().ping(), False))


def _asked(ask: Callable[..., Any], otherwise: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        return ask(*args, **kwargs)
    except RedisError:
        logger.warning("Redis does not answer: nothing is counted or remembered")
        return otherwise
