"""Several phones that report at once, all in one district, whose counter of case numbers they share."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg

from benchmarks.databases import connect, copy_of_city
from benchmarks.figures import Figure, figure_of
from benchmarks.people import Person
from benchmarks.scale import Scale
from benchmarks.seed import seed
from benchmarks.story import Story
from benchmarks.web import web


def measure(scale: Scale) -> list[Figure]:
    database = copy_of_city("crowd")
    with connect(database) as connection:
        seed(connection, scale.cases)
        story = Story(connection)
    with web(database) as address:
        inspectors = [Person.with_token(address, "inspector") for _ in range(scale.clients)]
        with ThreadPoolExecutor(scale.clients) as pool:
            list(pool.map(story.report, inspectors))
            start = time.perf_counter()
            samples = list(pool.map(lambda inspector: _report(story, inspector, scale.times), inspectors))
            seconds = time.perf_counter() - start
    with connect(database) as connection:
        _require_no_gap(connection)
    reports = scale.clients * scale.times
    return [
        Figure(f"reports of {scale.clients} phones", reports / seconds, unit="/s", runs=reports),
        figure_of("each of them", [one for sample in samples for one in sample]),
    ]


def _report(story: Story, inspector: Person, times: int) -> list[float]:
    return [story.report(inspector).milliseconds for _ in range(times)]


def _require_no_gap(connection: psycopg.Connection) -> None:
    """The numbers of today follow on each other, whoever was first."""
    row = connection.execute(
        "SELECT max(last), (SELECT count(*) FROM cases_case WHERE id > (SELECT max(id) FROM cases_case) - max(last)) "
        "FROM cases_casecounter"
    ).fetchone()
    assert row is not None
    if row[0] != row[1]:
        raise RuntimeError(f"{row[1]} cases got {row[0]} numbers.")
