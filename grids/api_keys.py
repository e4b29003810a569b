"""Keys of other systems at work: found by their secret, counted each minute, and which address needs which scope."""

import hashlib
import re

from gridgov import clock
from gridgov.live import stream
from gridgov.redis_client import ask_redis
from grids.models import ApiKey, Scope
from grids.models.api_key import KEY_BEGINS

# One of them is enough; none at all opens an address to every key. Addresses that are not here take no keys: those are
# for people who are logged in (shifts, leave, a phone's day), or new and not thought about.
Needs = frozenset[str]
_READ = ("GET", "HEAD", "OPTIONS")
_ANY_KEY: Needs = frozenset()


def _needs(*scopes: Scope) -> Needs:
    return frozenset(scope.value for scope in scopes)


_CASES = (_needs(Scope.CASES_READ), _needs(Scope.CASES_WRITE))
_INSPECTIONS = (_needs(Scope.INSPECTIONS_READ), _needs(Scope.INSPECTIONS_WRITE))
_WRITES = _needs(Scope.CASES_WRITE, Scope.REGISTRY_WRITE, Scope.INSPECTIONS_WRITE)
# By the beginning of an address: what reading and what writing needs; None takes no key. The longest beginning holds.
ADDRESSES: dict[str, tuple[Needs | None, Needs | None]] = {
    "/api/v1/areas/": (_ANY_KEY, None),
    "/api/v1/locate/": (_ANY_KEY, None),
    "/api/v1/classes/": (_ANY_KEY, None),
    "/api/v1/public/": (_ANY_KEY, _ANY_KEY),
    "/api/v1/cases/": _CASES,
    "/api/v1/bulk/": (None, _needs(Scope.CASES_WRITE)),
    "/api/v1/assignments/": (_needs(Scope.CASES_READ), None),
    "/api/v1/operations/": _CASES,
    "/api/v1/emergencies/": _CASES,
    "/api/v1/photos/": (_WRITES, _WRITES),
    "/api/v1/registry/": (_needs(Scope.REGISTRY_READ), _needs(Scope.REGISTRY_WRITE)),
    "/api/v1/checklists/": (_needs(Scope.INSPECTIONS_READ), None),
    "/api/v1/campaigns/": (_needs(Scope.INSPECTIONS_READ), None),
    "/api/v1/visits/": _INSPECTIONS,
    "/api/v1/tasks/": _INSPECTIONS,
    "/api/v1/notices/": (_needs(Scope.NOTICES_READ), _needs(Scope.NOTICES_READ)),
    "/api/v1/events/": (None, _needs(Scope.EVENTS_WRITE)),
    "/api/v1/hotline/": (_needs(Scope.HOTLINE_WRITE), _needs(Scope.HOTLINE_WRITE)),
    "/open311/": (_ANY_KEY, _needs(Scope.OPEN311_WRITE)),
}


def scopes_for(method: str, path: str) -> Needs | None:
    """The scopes of which a key needs one for a request; empty where any key will do, None where none will."""
    beginnings = [beginning for beginning in ADDRESSES if path.startswith(beginning)]
    if not beginnings:
        return None
    reading, writing = ADDRESSES[max(beginnings, key=len)]
    return reading if method in _READ else writing


def key_from(secret: str) -> ApiKey | None:
    """The key with this secret while it opens anything: neither revoked nor expired, its account active."""
    if not re.fullmatch(KEY_BEGINS + r"[A-Za-z0-9_-]{43}", secret):
        return None
    key: ApiKey | None = ApiKey.objects.select_related("account").filter(secret_hash=hash_of(secret)).first()
    if key is None or not key.is_valid(clock.now()):
        return None
    # An account that was made mighty later lends no might to its keys.
    return key if key.account.is_active and not key.account.is_superuser else None


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def count_request(key: ApiKey) -> int:
    """Count one more request of a key in this minute; returns how many there are, 0 while Redis is away."""
    minute = int(clock.now().timestamp()) // 60
    # With the database's name: others may share the Redis.
    counter = f"{stream()}:key:{key.pk}:{minute}"

    def count(redis: object) -> int:
        pipeline = redis.pipeline()  # type: ignore[attr-defined]
        pipeline.incr(counter)
        pipeline.expire(counter, 120)
        return int(pipeline.execute()[0])

    return ask_redis(count, 0)


def seconds_left() -> int:
    """How long this minute still lasts, in seconds: then a key may ask again."""
    return 60 - int(clock.now().timestamp()) % 60
