"""The search field over all cases at full size: numbers, the end of a phone, words that are rare, common or nowhere."""

import random
from collections.abc import Callable
from contextlib import ExitStack

from benchmarks.databases import connect
from benchmarks.figures import Figure, figure_of, take_turns
from benchmarks.people import COMMUNITY_OPERATOR, DISTRICT_OPERATOR, Answer, Person, let_log_in
from benchmarks.scale import Scale
from benchmarks.seed import city_with
from benchmarks.web import web

# 95 of 100 answers.
MOST_MS = 300


def measure(scale: Scale) -> list[Figure]:
    with ExitStack() as stack:
        samples = take_turns(_asks(stack, scale.many), scale.times)
    return [
        figure_of(f"search: {name}, {scale.many:,} cases", sample, at_most=MOST_MS, for_most=True)
        for name, sample in samples.items()
    ]


def _asks(stack: ExitStack, rows: int) -> dict[str, Callable[[], Answer]]:
    database = city_with(rows)
    with connect(database) as connection:
        let_log_in(connection, DISTRICT_OPERATOR, COMMUNITY_OPERATOR)
        found = connection.execute("SELECT number FROM cases_case ORDER BY random() LIMIT 500").fetchall()
        numbers = [number for (number,) in found]
        found = connection.execute(
            "SELECT phone FROM cases_casecontact ORDER BY random() LIMIT 500"
        ).fetchall()
        phones = [phone for (phone,) in found]
    address = stack.enter_context(web(database))
    district = Person.at_browser(address, DISTRICT_OPERATOR)
    community = Person.at_browser(address, COMMUNITY_OPERATOR)

    def ask(words: Callable[[], str], person: Person = district) -> Callable[[], Answer]:
        return lambda: person.get(f"/cases/?q={words()}")

    return {
        "running number": ask(lambda: random.choice(numbers)[-6:]),
        "day and number": ask(lambda: random.choice(numbers)[7:]),
        "phone": ask(lambda: random.choice(phones)),
        "end of a phone": ask(lambda: random.choice(phones)[-4:]),
        "address": ask(lambda: f"桂澜路 {random.randint(1, 299)}"),
        "common word": ask(lambda: "请尽快派人"),
        "common word, community": ask(lambda: "请尽快派人", community),
        "rare word of two characters": ask(lambda: "被盗"),
        "rare words": ask(lambda: "下水道井盖"),
        "rare character": ask(lambda: "盗"),
        "word that is nowhere": ask(lambda: "鲸鱼"),
        "class": ask(lambda: "路灯"),
    }
