"""From what one does to the other's screen: how long until a hint about it has arrived."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

import urllib3

from benchmarks.databases import connect, copy_of_city
from benchmarks.figures import Figure, figure_of
from benchmarks.people import Person
from benchmarks.scale import Scale
from benchmarks.seed import seed
from benchmarks.story import Story, steps
from benchmarks.web import web

PATIENCE_S = 30
WITHIN_MS = 1000


@dataclass
class Listener:
    """A page that stays open: when it heard of which case."""

    person: Person
    address: str
    heard: dict[str, list[float]] = field(default_factory=dict)
    is_ready: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=5, read=60))
        answer = pool.request(
            "GET", f"{self.address}/live/", headers=self.person.headers, preload_content=False
        )
        with suppress(urllib3.exceptions.HTTPError):  # the server ends before its listeners
            for line in answer:
                if line.startswith(b"event: ready"):
                    self.is_ready.set()
                elif line.startswith(b"data: ") and b'"case"' in line:
                    number = line.split(b'"about": "')[1].split(b'"')[0].decode()
                    self.heard.setdefault(number, []).append(time.perf_counter())

    def after(self, number: str, moment: float) -> float:
        """Milliseconds from a moment to the first hint after it; raises LookupError when none came."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for heard in self.heard.get(number, []):
                if heard >= moment:
                    return (heard - moment) * 1000
            time.sleep(0.005)
        raise LookupError(f"nothing was heard of {number}")


def measure(scale: Scale) -> list[Figure]:
    """From the moment a phone begins to send until the desk hears of it, and from the dispatch until the unit does."""
    database = copy_of_city("push")
    with connect(database) as connection:
        seed(connection, scale.cases)
        story = Story(connection)
    reported, dispatched = [], []
    with web(database) as address:
        people = {name: Person.with_token(address, name) for name in ("inspector", "operator", "dispatcher")}
        desks = [_open(address, "operator") for _ in range(scale.clients)]
        unit = _open(address, "handler")
        for _ in range(scale.times):
            start = time.perf_counter()
            number = story.report(people["inspector"]).json()["number"]
            reported += [desk.after(number, start) for desk in desks]
            for _name, take in islice(steps(number, people), 2):  # register, dispatch
                start = time.perf_counter()
                take()
            dispatched.append(unit.after(number, start))
    return [
        figure_of(f"a report, on {scale.clients} desks", reported),
        Figure("a report, p95", _p95(reported), at_most=WITHIN_MS, runs=len(reported)),
        figure_of("a dispatch, on the unit's phone", dispatched),
        Figure("a dispatch, p95", _p95(dispatched), at_most=WITHIN_MS, runs=len(dispatched)),
    ]


def _open(address: str, username: str) -> Listener:
    listener = Listener(Person.at_browser(address, username), address)
    threading.Thread(target=listener.listen, daemon=True).start()
    if not listener.is_ready.wait(PATIENCE_S):
        raise RuntimeError(f"{username} hears nothing")
    return listener


def _p95(sample: list[float]) -> float:
    return sorted(sample)[int(len(sample) * 0.95)]
