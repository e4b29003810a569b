"""The database and Redis."""

import os

from gridgov.settings.environment import env

# PostgreSQL with PostGIS; a socket's directory goes into ?host=/dir.
DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", "postgis:///gridgov", engine="django.contrib.gis.db.backends.postgis"
    )
}
DATABASES["default"].setdefault("OPTIONS", {})
# Not compiled first: PostGIS calls its functions expensive, so PostgreSQL would spend a second on compiling what takes
# it 30 ms. With room to count many rows in memory. What PGOPTIONS says comes after it.
DATABASES["default"]["OPTIONS"]["options"] = (
    f"-c jit=off -c work_mem=32MB {os.environ.get('PGOPTIONS', '')}".strip()
)
if not env.bool("GRIDGOV_NO_POOL", False):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.int("GRIDGOV_POOL_SIZE", 20)}
DATABASES["default"]["TEST"] = {"NAME": "test_" + DATABASES["default"]["NAME"]}

REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "gridgov.cache.CalmRedisCache",
        "LOCATION": REDIS_URL,
        # Seconds: who counts or remembers does not wait for a machine that is gone.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 5},
    }
}
