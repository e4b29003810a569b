"""A morning after: so many cases due at once, one worker with one process."""

import time

import psycopg

from benchmarks.databases import connect, copy_of_city
from benchmarks.figures import Figure
from benchmarks.scale import Scale
from benchmarks.seed import seed
from benchmarks.web import worker

MOST_SECONDS = 60
PATIENCE_S = 600
_TIMED = "status IN ('reported', 'checking', 'registered', 'dispatched', 'handling', 'handled')"
# Of the cases whose clock runs so many at random; they have been warned of before.
_MAKE_DUE = f"""
UPDATE cases_case SET stage_due_at = late.at, climb_at = late.at, is_warned = true FROM (
    SELECT id, now() - random() * interval '1 hour' AS at FROM cases_case WHERE {_TIMED} ORDER BY random() LIMIT %s
) late WHERE late.id = cases_case.id
"""
_LEFT = f"SELECT count(*) FROM cases_case WHERE {_TIMED} AND climb_at <= now()"
_CLIMBED = "SELECT count(*) FROM cases_caseevent WHERE capacity = 'clock'"


def measure(scale: Scale) -> list[Figure]:
    database = copy_of_city("sweep")
    with connect(database) as connection:
        seed(connection, scale.due * 12)
        with worker(database):
            _wait_for_worker()
            connection.execute(_MAKE_DUE, [scale.due])
            connection.execute("VACUUM (ANALYZE) cases_case")
            seconds = _sweep(connection)
        climbed = _number(connection, _CLIMBED)
    if climbed != scale.due:
        raise RuntimeError(f"{climbed} rungs were climbed, not {scale.due}.")
    return [
        Figure(f"{scale.due:,} due cases, one worker", seconds, unit="s", at_most=MOST_SECONDS),
        Figure("each", seconds / scale.due * 1000),
    ]


def _sweep(connection: psycopg.Connection) -> float:
    """Seconds from the order to sweep until nothing is due."""
    from gridgov.celery import app

    start = time.perf_counter()
    app.send_task("dispatch.tasks.sweep")
    while _number(connection, _LEFT):
        seconds = time.perf_counter() - start
        if seconds > PATIENCE_S:
            raise RuntimeError("The sweep did not end.")
        time.sleep(0.1)
    return time.perf_counter() - start


def _wait_for_worker() -> None:
    from gridgov.celery import app

    deadline = time.monotonic() + PATIENCE_S
    while not app.control.ping(timeout=0.5):
        if time.monotonic() > deadline:
            raise RuntimeError("The worker did not start.")


def _number(connection: psycopg.Connection, question: str) -> int:
    row = connection.execute(question).fetchone()
    assert row is not None
    number: int = row[0]
    return number
