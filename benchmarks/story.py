"""One case from report to close, through the API, as the demo city's people carry it."""

import io
import random
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from PIL import Image

from benchmarks.people import Answer, Files, Person

COMMUNITY = "440605011001"
_CLASS = """
SELECT class.id FROM cases_caseclass class
JOIN dispatch_responsibility line ON line.major_id = class.major_id
JOIN grids_area area ON area.id = line.area_id AND area.code = %s
WHERE class.is_active ORDER BY class.id LIMIT 1
"""
_POINTS = """
SELECT ST_X(place), ST_Y(place) FROM grids_area area
JOIN grids_areaversion version ON version.area_id = area.id AND version.valid_to IS NULL
CROSS JOIN ST_PointOnSurface(outline) place
WHERE area.level = 5 AND starts_with(area.code, %s)
"""


class Story:
    """What is reported and where: a class that a unit answers for, and places in the demo's community."""

    def __init__(self, connection: psycopg.Connection) -> None:
        found = connection.execute(_CLASS, [COMMUNITY]).fetchone()
        assert found is not None
        self.case_class: int = found[0]
        self._points = connection.execute(_POINTS, [COMMUNITY]).fetchall()

    def report(self, inspector: Person) -> Answer:
        return inspector.send_json("/api/v1/cases/", self._report())

    def report_with(self, photo: bytes, inspector: Person) -> Answer:
        report = self._report()
        fields = {name: str(value) for name, value in report.items() if name != "point"}
        lon, lat = report["point"]["lon"], report["point"]["lat"]
        files: Files = {"photos": ("photo.jpg", photo, "image/jpeg")}
        return inspector.send_form(
            "/api/v1/cases/", {**fields, "point": f'{{"lon": {lon}, "lat": {lat}}}'}, files
        )

    def report_by_page(self, inspector: Person) -> Answer:
        report = self._report()
        place = {"longitude": str(report["point"]["lon"]), "latitude": str(report["point"]["lat"])}
        fields = {name: str(report[name]) for name in ("case_class", "description", "address")}
        return inspector.send("/m/report/", {**fields, **place})

    def _report(self) -> dict[str, Any]:
        lon, lat = random.choice(self._points)
        return {
            "case_class": self.case_class,
            "description": "路灯整夜不亮，路口很暗",
            "address": "桂澜路 1 号",
            "point": {"lon": lon, "lat": lat},
        }


def steps(number: str, people: dict[str, Person]) -> Iterator[tuple[str, Callable[[], Answer]]]:
    """Every change of status from a report to the close, by name, in order."""
    for who, step, said in (
        ("operator", "register", {}),
        ("dispatcher", "dispatch", {}),
        ("handler", "accept", {}),
        ("handler", "feed-back", {"note": "已换灯泡"}),
        ("gridleader", "verify", {"passed": True, "note": "灯亮了"}),
    ):
        yield step, _step(people[who], number, step, said)


def page_steps(number: str, people: dict[str, Person]) -> Iterator[tuple[str, Callable[[], Answer]]]:
    """The same through the forms of the pages, as far as they need no choice."""
    for who, step, said in (("operator", "register", {}), ("operator", "comment", {"text": "请优先处理"})):
        yield step, _page_step(people[who], number, step, said)


def phone_photo() -> bytes:
    """A JPEG of 12 megapixels and 5 MB, as a phone takes it."""
    grain = Image.effect_noise((1008, 756), 90).resize((4032, 3024), Image.Resampling.BICUBIC)
    content = io.BytesIO()
    Image.merge("RGB", (grain, grain.rotate(180), grain)).save(content, "JPEG", quality=85)
    return content.getvalue()


def _step(person: Person, number: str, step: str, said: dict[str, Any]) -> Callable[[], Answer]:
    return lambda: person.send_json(f"/api/v1/cases/{number}/{step}/", said)


def _page_step(person: Person, number: str, step: str, said: dict[str, str]) -> Callable[[], Answer]:
    return lambda: person.send(f"/cases/{number}/{step}/", said)
