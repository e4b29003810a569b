"""The databases of a measurement are its own."""

import os
from urllib.parse import urlsplit

from benchmarks import databases


def test_a_measurement_drops_its_own_databases_and_no_others():
    given = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    own, others = f"{given}_bench_city", f"{given}x_bench_city"
    with databases.connect(given) as connection:

        def left() -> set[str]:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE '%\\_bench\\_city'"
            )
            return {name for (name,) in found} & {own, others}

        try:
            for name in (own, others):
                connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            assert left() == {own, others}
            databases.drop_all()
            assert left() == {others}
        finally:
            for name in (own, others):
                connection.execute(f"DROP DATABASE IF EXISTS {name}")
