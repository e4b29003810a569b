"""The search field over all cases at full size: numbers, the end of a phone, words that are rare, common or nowhere."""

import random
from collections.abc import Callable
from contextlib import ExitStack

import psycopg

from benchmarks.databases import connect, copy_of_city
from benchmarks.figures import Figure, figure_of, take_turns
from benchmarks.people import COMMUNITY_OPERATOR, DISTRICT_OPERATOR, Answer, Person, let_log_in
from benchmarks.scale import Scale
from benchmarks.seed import seed
from benchmarks.web import web

# p95 of an answer, in ms.
MOST_MS = 300
# Stands in one case of this many, spread over the year.
RARE = 5_000
# A tenth of the cases came by phone.
_CONTACTS = """
INSERT INTO cases_casecontact (case_id, name, phone)
SELECT id, '王小明', '138' || lpad((id * 7919 %% 100000000)::text, 8, '0') FROM cases_case WHERE id %% 10 = 0;
UPDATE cases_case SET description = description || '下水道井盖被盗' WHERE id %% %(rare)s = 0;
ANALYZE cases_case; ANALYZE cases_casecontact;
"""


def measure(scale: Scale) -> list[Figure]:
    with ExitStack() as stack:
        samples = take_turns(_asks(stack, scale.many), scale.times)
    return [
        figure_of(f"search: {name}, {scale.many:,} cases", sample, at_most=MOST_MS)
        for name, sample in samples.items()
    ]


def fill(connection: psycopg.Connection, rows: int) -> None:
    """So many cases, some of them with a caller, a few with a rare word."""
    seed(connection, rows)
    for statement in _CONTACTS.strip().split(";\n"):
        connection.execute(statement.rstrip(";"), {"rare": RARE})


def _asks(stack: ExitStack, rows: int) -> dict[str, Callable[[], Answer]]:
    database = copy_of_city("search")
    with connect(database) as connection:
        fill(connection, rows)
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
