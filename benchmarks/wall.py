"""The wall of a district and of a community over a year of cases, each time worked out anew."""

from benchmarks.databases import connect
from benchmarks.figures import Figure, figure_of, take_turns
from benchmarks.people import COMMUNITY_DISPATCHER, DISTRICT_DISPATCHER, Person, let_log_in
from benchmarks.scale import Scale
from benchmarks.seed import city_with
from benchmarks.web import web

MOST_MS = 1_000


def measure(scale: Scale) -> list[Figure]:
    """Others are handed for some seconds what one has worked out; so both are measured."""
    database = city_with(scale.many)
    people = {"district": DISTRICT_DISPATCHER, "community": COMMUNITY_DISPATCHER}
    with connect(database) as connection:
        let_log_in(connection, *people.values())
    figures = []
    for remembered, name in (("0", "worked out anew"), ("5", "as it runs")):
        with web(database, GRIDGOV_REMEMBER_SECONDS=remembered) as address:
            persons = {area: Person.at_browser(address, username) for area, username in people.items()}
            asks = {
                f"wall of a {area}, {name}": lambda person=person: person.get("/wall/now/")
                for area, person in persons.items()
            }
            for what, sample in take_turns(asks, scale.times).items():
                figures.append(figure_of(what, sample, at_most=MOST_MS, for_most=True))
    return figures
