"""A hundred times as many cases: lists, searches and cases of a small and a large database, asked in turns."""

import random
from collections.abc import Callable
from contextlib import ExitStack

from benchmarks.databases import connect
from benchmarks.figures import Figure, figure_of, take_turns
from benchmarks.people import (
    COMMUNITY_OPERATOR,
    DISTRICT_DISPATCHER,
    DISTRICT_OPERATOR,
    SUPERVISOR,
    Answer,
    Person,
    let_log_in,
)
from benchmarks.scale import Scale
from benchmarks.seed import city_with
from benchmarks.web import web

# A million cases may take so many times what ten thousand take.
MOST_GROWTH = 1.5
Asks = dict[str, Callable[[], Answer]]


def measure(scale: Scale) -> list[Figure]:
    few, many = (f"{rows:,} cases" for rows in (scale.few, scale.many))
    with ExitStack() as stack:
        small, large = (_asks(stack, rows) for rows in (scale.few, scale.many))
        asks = {f"{name}, {few}": ask for name, ask in small.items()}
        asks |= {f"{name}, {many}": ask for name, ask in large.items()}
        samples = take_turns(asks, scale.times)
    figures = []
    for name in small:
        before, after = (figure_of(f"{name}, {size}", samples[f"{name}, {size}"]) for size in (few, many))
        growth = after.value / before.value
        ratio = Figure(f"{name}, ratio", growth, unit="×", at_most=MOST_GROWTH, runs=scale.times)
        figures += [before, after, ratio]
    return figures


def _asks(stack: ExitStack, rows: int) -> Asks:
    """What people at desks ask of a web with so many cases."""
    database = city_with(rows)
    with connect(database) as connection:
        let_log_in(connection, DISTRICT_OPERATOR, DISTRICT_DISPATCHER, COMMUNITY_OPERATOR)
        found = connection.execute("SELECT number FROM cases_case ORDER BY random() LIMIT 1000").fetchall()
    numbers = [str(number) for (number,) in found]
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
