"""A small town beside the nearest peer: list, detail, create and every change of status, one caller at a time."""

import random

from benchmarks.databases import connect, copy_of_city
from benchmarks.figures import WARM_UP, Figure, figure_of, take_turns
from benchmarks.people import DISTRICT_OPERATOR, Person, let_log_in
from benchmarks.scale import Scale
from benchmarks.seed import seed
from benchmarks.story import Story, page_steps, phone_photo, steps
from benchmarks.web import web

# Milliseconds at the median that the peer takes, and a fifth of each, a twentieth for the list.
CREATE = {"peer": 102, "at_most": 20}
LIST = {"peer": 612, "at_most": 31}
DETAIL = {"peer": 87, "at_most": 17}
CHANGE = {"peer": 124, "at_most": 25}
# Statements at most.
MOST_QUERIES = {"list": 10, "detail": 15, "create": 25}
STORY = ("inspector", "operator", "dispatcher", "handler", "gridleader")


def measure(scale: Scale) -> list[Figure]:
    database = copy_of_city("peer")
    with connect(database) as connection:
        seed(connection, scale.cases)
        let_log_in(connection, DISTRICT_OPERATOR)
        story = Story(connection)
        numbers = [number for (number,) in connection.execute("SELECT number FROM cases_case").fetchall()]
    with web(database) as address:
        figures = [*_reading(address, numbers, scale.times), *_writing(address, story, scale.times)]
    with web(database, DJANGO_SETTINGS_MODULE="benchmarks.counting") as address:
        return [*figures, *_queries(address, numbers, story)]


def _reading(address: str, numbers: list[str], times: int) -> list[Figure]:
    page, api = Person.at_browser(address, DISTRICT_OPERATOR), Person.with_token(address, DISTRICT_OPERATOR)
    asks = {
        "list of 50, page": lambda: page.get("/cases/"),
        "list of 50, API": lambda: api.get("/api/v1/cases/?page_size=50"),
        "case, page": lambda: page.get(f"/cases/{random.choice(numbers)}/"),
        "case, API": lambda: api.get(f"/api/v1/cases/{random.choice(numbers)}/"),
    }
    samples = take_turns(asks, times)
    return [
        figure_of(name, sample, **(LIST if name.startswith("list") else DETAIL))
        for name, sample in samples.items()
    ]


def _writing(address: str, story: Story, times: int) -> list[Figure]:
    people = {name: Person.with_token(address, name) for name in STORY}
    at_pages = {name: Person.at_browser(address, name) for name in STORY}
    photo = phone_photo()
    samples: dict[str, list[float]] = {}
    for turn in range(-min(WARM_UP, times), times):
        done = []
        for names, way in ((people, steps), (at_pages, page_steps)):
            reported = story.report(people["inspector"])
            done.append(("report, API", reported))
            kind = "API" if way is steps else "page"
            done += [(f"{step}, {kind}", ask()) for step, ask in way(reported.json()["number"], names)]
        done.append(("report, page", story.report_by_page(at_pages["inspector"])))
        if turn % 4 == 0:
            done.append(("report with a photo of 12 MP, API", story.report_with(photo, people["inspector"])))
        for name, answer in done:
            if turn >= 0:
                samples.setdefault(name, []).append(answer.milliseconds)
    return [figure_of(name, sample, **_wanted(name)) for name, sample in sorted(samples.items(), key=_order)]


def _wanted(name: str) -> dict[str, int]:
    if name.startswith("report with"):
        return {}
    return CREATE if name.startswith("report") else CHANGE


def _order(named: tuple[str, list[float]]) -> bool:
    return not named[0].startswith("report")


def _queries(address: str, numbers: list[str], story: Story) -> list[Figure]:
    page, api = Person.at_browser(address, DISTRICT_OPERATOR), Person.with_token(address, DISTRICT_OPERATOR)
    inspector = Person.with_token(address, "inspector")
    answers = {
        "list, page": page.get("/cases/"),
        "list, API": api.get("/api/v1/cases/?page_size=50"),
        "detail, page": page.get(f"/cases/{numbers[-1]}/"),
        "detail, API": api.get(f"/api/v1/cases/{numbers[-1]}/"),
        "create, API": story.report(inspector),
        "create, page": story.report_by_page(Person.at_browser(address, "inspector")),
    }
    return [
        Figure(
            f"queries of {name}",
            int(answer.headers["X-Queries"]),
            unit="",
            at_most=MOST_QUERIES[name.partition(",")[0]],
        )
        for name, answer in answers.items()
    ]
