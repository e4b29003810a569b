"""How far work under way has come: kept in Redis alone, for whoever waits for it."""

import json

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from gridgov.redis_client import ask_redis

# Work that says nothing for so long is over, or has failed.
_KEPT_S = 60


def say_how_far(user: AbstractBaseUser, key: str, done: int, total: int) -> None:
    """Note how much is done of the work that this person's form started; `key` is the form's own."""
    told = json.dumps({"done": done, "total": total})
    ask_redis(lambda client: client.set(_name(user, key), told, ex=_KEPT_S), None)


def how_far(user: AbstractBaseUser, key: str) -> dict[str, int]:
    """`done` and `total` of what this person started with that key; empty for what is not under way."""
    found = ask_redis(lambda client: client.get(_name(user, key)), None)
    far: dict[str, int] = json.loads(found) if found else {}
    return far


def _name(user: AbstractBaseUser, key: str) -> str:
    # As with hints: others may share the Redis.
    return f"progress:{connection.settings_dict['NAME']}:{user.pk}:{key}"
