"""A hundred times as many cases: lists, searches and cases of a small and a large database, asked in turns."""

import random
from collections.abc import Callable
from contextlib import ExitStack

from benchmarks.databases import connect, copy_of_city
from benchmarks.figures import Figure, figure_of, take_turns
from benchmarks.people import (
    COMMUNITY_OPERATOR,
    DISTRICT_DISPATCHER,
    DISTRICT_OPERATOR,
    Answer,
    Person,
    let_log_in,
)
from benchmarks.scale import Scale
from benchmarks.seed import seed
from benchmarks.web import web

# A million cases may take so many times what ten thousand take.
MOST_GROWTH = 1.5
SUPERVISOR = "supervisor"  # of the demo city's district
Asks = dict[str, Callable[[], Answer]]


def measure(scale: Scale) -> list[Figure]:
    with ExitStack() as stack:
        small, large = (_asks(stack, rows) for rows in (scale.few, scale.many))
        both = {
            (name, size): ask
            for name in small
            for size, ask in (("small", small[name]), ("large", large[name]))
        }
        samples = take_turns(both, scale.times)
    figures = []
    for name in small:
        few = figure_of(f"{name}, {scale.few:,} cases", samples[name, "small"])
        many = figure_of(f"{name}, {scale.many:,} cases", samples[name, "large"])
        ratio = Figure(
            f"{name}, ratio", many.value / few.value, unit="×", at_most=MOST_GROWTH, runs=scale.times
        )
        figures += [few, many, ratio]
    return figures


def _asks(stack: ExitStack, rows: int) -> Asks:
    """What people at desks ask of a web with so many cases."""
    database = copy_of_city(str(rows))
    with connect(database) as connection:
        seed(connection, rows)
        let_log_in(connection, DISTRICT_OPERATOR, DISTRICT_DISPATCHER, COMMUNITY_OPERATOR)
        found = connection.execute("SELECT number FROM cases_case ORDER BY random() LIMIT 1000").fetchall()
    numbers = [number for (number,) in found]
    address = stack.enter_context(web(database))
    district = Person.at_browser(address, DISTRICT_OPERATOR)
    dispatcher = Person.at_browser(address, DISTRICT_DISPATCHER)
    supervisor = Person.at_browser(address, SUPERVISOR)
    community = Person.at_browser(address, COMMUNITY_OPERATOR)
    program = Person.with_token(address, DISTRICT_OPERATOR)

    def number() -> str:
        return random.choice(numbers)

    return {
        "newest first, district": lambda: district.get("/cases/"),
        "newest first, community": lambda: community.get("/cases/"),
        "by time left, district": lambda: district.get("/cases/?order=due"),
        "by time left, community": lambda: community.get("/cases/?order=due"),
        "queue to register": lambda: district.get("/cases/intake/"),
        "queue to dispatch": lambda: dispatcher.get("/dispatch/"),
        "queue given back": lambda: dispatcher.get("/dispatch/?show=returned"),
        "queue returns asked for": lambda: dispatcher.get("/dispatch/?show=requests"),
        "queue unrouted": lambda: dispatcher.get("/dispatch/unrouted/"),
        "queue overdue": lambda: supervisor.get("/dispatch/supervision/?show=overdue"),
        "newest first, API": lambda: program.get("/api/v1/cases/?page_size=50"),
        "by time left, API": lambda: program.get("/api/v1/cases/?page_size=50&ordering=time_left"),
        "case, page": lambda: district.get(f"/cases/{number()}/"),
        "case, API": lambda: program.get(f"/api/v1/cases/{number()}/"),
        "search by number, API": lambda: program.get(f"/api/v1/cases/?search={number()}"),
        "search by half a number, page": lambda: district.get(f"/cases/?q={number()[:-2]}"),
    }
