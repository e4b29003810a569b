"""The figures of a year of cases: made anew from the timelines, followed, asked for, and where cases lie close together."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.databases import connect, manage
from benchmarks.figures import Figure, figure_of, take_turns
from benchmarks.people import COMMUNITY_OPERATOR, DISTRICT_OPERATOR, Answer, Person, let_log_in
from benchmarks.scale import Scale
from benchmarks.seed import city_with
from benchmarks.web import web

# A page that takes longer shows that it works.
MOST_MS = 1_000


def measure(scale: Scale) -> list[Figure]:
    database = city_with(scale.many)
    with connect(database) as connection:
        let_log_in(connection, DISTRICT_OPERATOR, COMMUNITY_OPERATOR)
    start = time.monotonic()
    manage(database, "rebuild_figures")
    rebuilt = time.monotonic() - start
    with connect(database) as connection:
        connection.execute("VACUUM (ANALYZE) assessment_casefact")
    with web(database) as address:
        samples = take_turns(asks(address), max(scale.times // 5, 1))
    size = f"{scale.many:,} cases"
    return [
        Figure(f"figures made anew, {size}", rebuilt, unit="s"),
        *(
            figure_of(f"{name}, {size}", sample, at_most=MOST_MS if "month" in name else None)
            for name, sample in samples.items()
        ),
    ]


def asks(address: str) -> dict[str, Callable[[], Answer]]:
    """What two people ask of the figures, of a month and of a year."""
    district = Person.at_browser(address, DISTRICT_OPERATOR)
    community = Person.at_browser(address, COMMUNITY_OPERATOR)
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    year, month = f"since={today - timedelta(364)}", f"/cases/?area=440605&since={today - timedelta(29)}"
    return {
        "a month, district": lambda: district.get("/figures/"),
        "a month, community": lambda: community.get("/figures/"),
        "a month by class, district": lambda: district.get("/figures/?by=class"),
        "a month's file": lambda: district.get("/figures/file/?format=xlsx"),
        "a year, district": lambda: district.get(f"/figures/?{year}"),
        "a year, community": lambda: community.get(f"/figures/?{year}"),
        "a month's hot spots, district": lambda: district.get("/figures/spots/"),
        "a month's list of an hour": lambda: district.get(f"{month}&hour=3&weekday=2"),
        "a month's list of what was late": lambda: district.get(f"{month}&was=late"),
    }
