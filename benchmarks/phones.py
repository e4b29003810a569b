"""Two hundred phones that post a visit of 20 items and 3 photos each within one minute: none lost, none doubled."""

import hashlib
import io
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

import psycopg
from PIL import Image

from benchmarks.databases import connect, copy_of_city
from benchmarks.figures import Figure, figure_of
from benchmarks.people import Answer, Person
from benchmarks.scale import Scale
from benchmarks.web import web

ITEMS = 20
PHOTOS = 3
# The last phone begins early enough to end within the minute.
BEGIN_WITHIN_S = 55.0
LONGEST_SIDE = 2048  # as the phone makes them

# Inspectors, each with an object of their grids of which so many items are asked.
_WHO_AND_WHAT = """
    SELECT DISTINCT ON (person.id) person.id, person.username, object.code, asked.items
    FROM grids_user person
    JOIN grids_post post ON post.user_id = person.id AND post.role = 'inspector'
    JOIN grids_gridobject object ON object.area_id = post.area_id AND object.state = 'in_use'
    JOIN (
        SELECT link.objecttype_id AS type_id, array_agg(item.id ORDER BY item.id) AS items
        FROM inspections_checklist_types link
        JOIN inspections_checklistversion version
          ON version.checklist_id = link.checklist_id AND version.state = 'published'
        JOIN inspections_checklistitem item ON item.version_id = version.id
        GROUP BY link.objecttype_id HAVING count(*) >= %s
    ) asked ON asked.type_id = object.type_id
    ORDER BY person.id, object.id LIMIT %s
"""


@dataclass(frozen=True)
class Phone:
    """An inspector's phone with a visit to send."""

    person: Person
    visit: dict[str, Any]
    photos: tuple[tuple[str, bytes], ...]
    begins_after_s: float


def measure(scale: Scale) -> list[Figure]:
    database = copy_of_city("phones")
    with web(database) as address:
        with connect(database) as connection:
            phones = _phones(connection, address, scale.phones)
        start = time.monotonic()
        with ThreadPoolExecutor(scale.phones) as pool:
            sent = list(pool.map(lambda phone: _send(phone, start), phones))
        seconds = time.monotonic() - start
        with connect(database) as connection:
            _require_all_once(connection, scale.phones)
        # A phone that lost the answer sends the same again.
        with ThreadPoolExecutor(scale.clients) as pool:
            list(pool.map(_send_visit, phones))
        with connect(database) as connection:
            _require_all_once(connection, scale.phones)
    photos = [answer.milliseconds for answers in sent for answer in answers[:-1]]
    visits = [answers[-1].milliseconds for answers in sent]
    return [
        Figure(f"{scale.phones} phones, all arrived after", seconds, unit="s", at_most=60),
        figure_of(f"a visit of {ITEMS} items", visits),
        figure_of("a photo", photos),
        Figure("p95 of the server's answers", _p95(photos + visits), at_most=1000, runs=len(photos + visits)),
    ]


def _phones(connection: psycopg.Connection, address: str, number: int) -> list[Phone]:
    rows = connection.execute(_WHO_AND_WHAT, [ITEMS, number]).fetchall()
    if len(rows) < number:
        raise LookupError(f"only {len(rows)} inspectors have an object with {ITEMS} items")
    picture = _picture()
    phones = []
    for place, (user_id, username, code, items) in enumerate(rows):
        key = uuid.uuid4().hex
        connection.execute(
            "INSERT INTO authtoken_token (key, created, user_id) VALUES (%s, now(), %s) "
            "ON CONFLICT (user_id) DO UPDATE SET key = EXCLUDED.key",
            [key, user_id],
        )
        photos = tuple((str(uuid.uuid4()), _unique(picture)) for _ in range(PHOTOS))
        phones.append(
            Phone(
                Person.with_key(address, username, key),
                _visit(code, items[:ITEMS], [name for name, _ in photos]),
                photos,
                BEGIN_WITHIN_S * place / number,
            )
        )
    connection.commit()
    return phones


def _visit(code: str, items: list[int], photos: list[str]) -> dict[str, Any]:
    """Every answer normal but the first, which becomes a case with the photos."""
    now = datetime.now(UTC)
    answers: list[dict[str, Any]] = [{"item": item, "result": "normal"} for item in items]
    answers[0] |= {"result": "abnormal", "note": "基准测试", "photo_uuids": photos}
    return {
        "client_uuid": str(uuid.uuid4()),
        "object": code,
        "started_at": (now - timedelta(minutes=15)).isoformat(),
        "finished_at": now.isoformat(),
        "answers": answers,
    }


def _send(phone: Phone, start: float) -> list[Answer]:
    """The photos one by one, then the visit, as the queue does it."""
    time.sleep(max(0.0, start + phone.begins_after_s - time.monotonic()))
    answers = [
        phone.person.send_form(
            "/api/v1/photos/",
            {"client_uuid": name, "sha256": hashlib.sha256(content).hexdigest()},
            {"photo": ("photo.jpg", content, "image/jpeg")},
        )
        for name, content in phone.photos
    ]
    return [*answers, _send_visit(phone)]


def _send_visit(phone: Phone) -> Answer:
    return phone.person.send_json(
        "/api/v1/visits/", phone.visit, headers={"Idempotency-Key": phone.visit["client_uuid"]}
    )


def _require_all_once(connection: psycopg.Connection, phones: int) -> None:
    row = connection.execute(
        "SELECT (SELECT count(*) FROM inspections_visit), (SELECT count(*) FROM inspections_answer), "
        "(SELECT count(*) FROM inspections_visitphoto), (SELECT count(*) FROM inspections_finding), "
        "(SELECT count(*) FROM gridgov_photo WHERE is_waiting)"
    ).fetchone()
    wanted = (phones, phones * ITEMS, phones * PHOTOS, phones, 0)
    if row != wanted:
        raise RuntimeError(f"visits, answers, photos, findings, left over: {row} instead of {wanted}")


def _picture() -> bytes:
    """A photo as large as one of a street: colours that change slowly, and noise."""
    size = (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)
    picture = Image.merge("RGB", [Image.effect_noise(size, spread) for spread in (24, 32, 40)])
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=70)
    return content.getvalue()


def _unique(picture: bytes) -> bytes:
    """The same picture with a comment of its own, so that no two photos are the same bytes."""
    comment = os.urandom(16)
    return picture[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + picture[2:]


def _p95(sample: list[float]) -> float:
    return quantiles(sample, n=20, method="inclusive")[-1]
