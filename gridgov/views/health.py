"""Whether every part of the system is alive, for those who watch it."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gridgov import heartbeat
from gridgov.cache import CalmRedisCache

# Seconds without a sign of life after which a part counts as dead; the worker gives one every 10,
# the sweep every 15, and either may be busy with a long batch.
SILENCE = {"worker": 60, "sweep": 120}


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503; ages in seconds, null when a part never gave a sign."""
    redis = _redis_answers()
    ages = {part: heartbeat.age(part) if redis else None for part in SILENCE}
    report = {
        "database": _database_answers(),
        "redis": redis,
        **{part: age is not None and age <= SILENCE[part] for part, age in ages.items()},
    }
    well = all(report.values())
    return JsonResponse(
        {
            "status": "ok" if well else "failing",
            **report,
            **{f"{part}_age": age for part, age in ages.items()},
        },
        status=200 if well else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # whatever it is, it does not answer
        return False
    return True


def _redis_answers() -> bool:
    cache = caches["default"]
    assert isinstance(cache, CalmRedisCache)
    return cache.answers()
