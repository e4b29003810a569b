"""Reading a city's published 311 requests."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

# Both spellings of the published layout.
_SPELLINGS = {"target": ("target_dt", "sla_target_dt"), "verdict": ("ontime", "on_time")}
# A point that so large a share of all rows sits on is a default, not a place.
_DEFAULT_POINT_SHARE = 0.01


@dataclass(frozen=True)
class Request:
    """One request as the city published it; moments are aware."""

    id: str
    opened_at: datetime
    target_at: datetime | None
    closed_at: datetime | None
    verdict: str
    type: str
    reason: str
    queue: str
    ward: str
    precinct: str
    lon_lat: tuple[float, float] | None
    source: str


@dataclass(frozen=True)
class Skipped:
    """A row that can't be carried, and why."""

    id: str
    why: str


class BadFile(Exception):
    """The file isn't in the published layout; the message says what is missing."""


def read_requests(path: Path, zone: ZoneInfo) -> tuple[list[Request], list[Skipped]]:
    """All requests of a CSV file (or .gz), in the order they were opened, and the rows that were left out."""
    rows = list(_rows(path))
    default_points = _default_points(rows)
    requests: dict[str, Request] = {}
    skipped: list[Skipped] = []
    for row in rows:
        try:
            request = _request(row, zone, default_points)
        except ValueError as error:
            skipped.append(Skipped(row["case_enquiry_id"], str(error)))
            continue
        if request.id in requests:
            skipped.append(Skipped(request.id, "the id stands in the file twice"))
            continue
        requests[request.id] = request
    return sorted(requests.values(), key=lambda request: (request.opened_at, request.id)), skipped


def _rows(path: Path) -> Iterator[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        header = set(reader.fieldnames or [])
        names = {key: next((n for n in spelt if n in header), "") for key, spelt in _SPELLINGS.items()}
        wanted = {
            "case_enquiry_id",
            "open_dt",
            "closed_dt",
            "type",
            "reason",
            "queue",
            "latitude",
            "longitude",
        }
        missing = sorted(wanted - header) + [_SPELLINGS[key][0] for key, name in names.items() if not name]
        if missing:
            raise BadFile(f"the file has no column {', '.join(missing)}")
        for row in reader:
            yield row | {key: row[name] for key, name in names.items()}


def _default_points(rows: list[dict[str, str]]) -> set[tuple[str, str]]:
    shared = Counter((row["latitude"], row["longitude"]) for row in rows)
    # In a handful of rows any point would be a large share.
    return {point for point, count in shared.items() if count > max(_DEFAULT_POINT_SHARE * len(rows), 20)}


def _request(row: dict[str, str], zone: ZoneInfo, default_points: set[tuple[str, str]]) -> Request:
    opened_at = _moment(row["open_dt"], zone)
    if opened_at is None:
        raise ValueError("it has no opening time")
    closed_at = _moment(row["closed_dt"], zone)
    if closed_at is not None and closed_at < opened_at:
        raise ValueError("it was closed before it was opened")
    has_place = row["latitude"].strip() and (row["latitude"], row["longitude"]) not in default_points
    return Request(
        id=row["case_enquiry_id"],
        opened_at=opened_at,
        target_at=_moment(row["target"], zone),
        closed_at=closed_at,
        verdict=row["verdict"].strip(),
        type=row["type"].strip() or "(none)",
        reason=row["reason"].strip() or "(none)",
        queue=row["queue"].strip() or "(none)",
        ward=row.get("ward", "").strip(),
        precinct=row.get("precinct", "").strip(),
        lon_lat=(float(row["longitude"]), float(row["latitude"])) if has_place else None,
        source=row.get("source", "").strip(),
    )


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    return datetime.fromisoformat(text.strip()).replace(tzinfo=zone) if text.strip() else None
