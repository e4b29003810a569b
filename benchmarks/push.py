"""From what one does to the other's screen: until the hint about it, and until what the screen then asks for holds it."""

import json
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlencode

import psycopg
import urllib3

from benchmarks.databases import connect
from benchmarks.figures import Figure, figure_of
from benchmarks.people import DISTRICT_DISPATCHER, Person, let_log_in
from benchmarks.scale import Scale
from benchmarks.seed import city_with
from benchmarks.story import Story, steps
from benchmarks.web import web

PATIENCE_S = 30
WITHIN_MS = 1000
BURST = 5
# What a browser waits before it asks (static/gridgov/js/modules/live.js): at the first hint, and while more come.
TOGETHER_S = 0.03
APART_S = 0.5


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


@dataclass
class Screen:
    """A page that asks anew how many cases there are when it hears of one."""

    listener: Listener
    count: Callable[[datetime], int]

    def shows(self, number: str, wanted: int, since: datetime, pause: float) -> float:
        """The moment at which it counts so many; `pause` is what the browser waits before it asks."""
        self.listener.after(number, 0)
        time.sleep(pause)
        deadline = time.monotonic() + PATIENCE_S
        while self.count(since) < wanted:
            if time.monotonic() > deadline:
                raise LookupError(f"{number} did not come")
            time.sleep(APART_S)
        return time.perf_counter()


def measure(scale: Scale) -> list[Figure]:
    """From the moment a phone or a dispatcher begins to send until others hear of it, and until their screens show it."""
    database = city_with(scale.many)
    with connect(database) as connection:
        let_log_in(connection, DISTRICT_DISPATCHER)
        story = Story(connection)
        box = _whole_district(connection)
    samples: dict[str, list[float]] = {}
    with web(database) as address:
        people = {name: Person.with_token(address, name) for name in ("inspector", "operator", "dispatcher")}
        desks = [_open(address, "operator") for _ in range(scale.clients)]
        unit = _open(address, "handler")
        operator = Person.at_browser(address, "operator")
        leader = Person.at_browser(address, DISTRICT_DISPATCHER)
        screens = {
            "in the queue": Screen(desks[0], lambda since: _in_queue(operator, since)),
            "on the district's map": Screen(
                _open(address, DISTRICT_DISPATCHER), lambda _since: _on_map(leader, box)
            ),
        }
        for _ in range(scale.times):
            for burst, what in ((1, "a report"), (BURST, f"the last of {BURST} reports at once")):
                for name, taken in _shown(story, people["inspector"], screens, burst).items():
                    samples.setdefault(f"{what}, {name}", []).append(taken)
            start = time.perf_counter()
            number = story.report(people["inspector"]).json()["number"]
            heard = samples.setdefault(f"the hint of a report, on {scale.clients} desks", [])
            heard += [desk.after(number, start) for desk in desks]
            for _name, take in islice(steps(number, people), 2):  # register, dispatch
                start = time.perf_counter()
                take()
            samples.setdefault("the hint of a dispatch, on the unit's phone", []).append(
                unit.after(number, start)
            )
    return [
        figure_of(f"{name}, {scale.many:,} cases", sample, at_most=WITHIN_MS, for_most=True)
        for name, sample in samples.items()
    ]


def _shown(story: Story, inspector: Person, screens: dict[str, Screen], reports: int) -> dict[str, float]:
    """Screen → milliseconds from sending the last of these reports until the screen counts them all."""
    since = datetime.now(UTC)
    wanted = {name: screen.count(since) + reports for name, screen in screens.items()}
    time.sleep(APART_S)  # a screen that has just asked would wait longer
    for _ in range(reports):
        start = time.perf_counter()
        number = story.report(inspector).json()["number"]
    pause = TOGETHER_S if reports == 1 else APART_S
    with ThreadPoolExecutor(len(screens)) as pool:
        shown = {
            name: pool.submit(screen.shows, number, wanted[name], since, pause)
            for name, screen in screens.items()
        }
        return {name: (moment.result() - start) * 1000 for name, moment in shown.items()}


def _in_queue(operator: Person, since: datetime) -> int:
    """How many cases the intake queue says came since then: what the page asks for at a hint."""
    asked = urlencode({"shown_at": since.isoformat()})
    headers = {"HX-Request": "true", "HX-Target": "arrivals", "Accept-Language": "en"}
    answer = operator.get(f"/cases/intake/?{asked}", headers)
    told = re.search(r'data-announce="(\d+)', answer.body.decode())
    return int(told[1]) if told else 0


def _on_map(leader: Person, box: str) -> int:
    """How many the map of the whole district counts."""
    total: int = json.loads(leader.get(f"/map/cases/?bbox={box}&zoom=11&finest=4").body)["total"]
    return total


def _whole_district(connection: psycopg.Connection) -> str:
    row = connection.execute(
        "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(outline) e "
        "FROM grids_areaversion WHERE level = 1 AND valid_to IS NULL) found"
    ).fetchone()
    return ",".join(str(value) for value in row or ())


def _open(address: str, username: str) -> Listener:
    listener = Listener(Person.at_browser(address, username), address)
    threading.Thread(target=listener.listen, daemon=True).start()
    if not listener.is_ready.wait(PATIENCE_S):
        raise RuntimeError(f"{username} hears nothing")
    return listener
