"""Reads areas out of GeoJSON and CSV files, and says of each what is wrong with it."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, WKBReader, WKBWriter
from django.utils.translation import gettext as _

from grids.splitting import as_multipolygon

# CGCS2000 (EPSG:4490) differs from WGS-84 by centimetres.
_DEGREES = ("crs84", "4326", "4490")


class UnreadableFile(Exception):
    """The file as a whole can't be used; the message says why."""


@dataclass(frozen=True)
class Columns:
    """The names that a file gives to what we read."""

    code: str = "code"
    name: str = "name"
    parent: str = "parent"
    kind: str = "kind"
    grade: str = "grade"


@dataclass
class FileRow:
    """One area as the file has it, with what is wrong with it."""

    place: str
    code: str
    name: str
    parent_code: str
    kind: str = ""
    grade: str = ""
    outline: MultiPolygon | None = None
    problems: list[str] = field(default_factory=list)
    # What was put right, or is worth knowing.
    notes: list[str] = field(default_factory=list)


def read_areas(path: Path, columns: Columns, codes: Path | None = None) -> list[FileRow]:
    """The areas of a `.csv` (no outlines) or else GeoJSON file, in its order.

    `codes` is a CSV of code and name (and parent) that gives features their code by their name.
    Raises `UnreadableFile`.
    """
    try:
        if path.suffix.lower() == ".csv":
            return list(_rows_of_csv(path, columns))
        rows = list(_rows_of_geojson(path, columns))
        if codes is not None:
            _give_codes(rows, list(_rows_of_csv(codes, Columns())))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(_("The file can't be read: %(error)s") % {"error": error}) from error
    return rows


def _rows_of_csv(path: Path, columns: Columns) -> Iterator[FileRow]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {columns.code, columns.name} - set(reader.fieldnames or [])
        if missing:
            raise UnreadableFile(
                _("%(file)s has no column %(columns)s.")
                % {"file": path.name, "columns": ", ".join(sorted(missing))}
            )
        for record in reader:
            yield _row(_("line %(number)s") % {"number": reader.line_num}, record, columns)


def _rows_of_geojson(path: Path, columns: Columns) -> Iterator[FileRow]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise UnreadableFile(_("The file isn't JSON: %(error)s") % {"error": error}) from error
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise UnreadableFile(_("The file isn't a GeoJSON FeatureCollection."))
    _check_crs(document.get("crs"))
    for number, feature in enumerate(document["features"], start=1):
        known = feature if isinstance(feature, dict) else {}
        row = _row(_("feature %(number)s") % {"number": number}, known.get("properties") or {}, columns)
        _read_outline(row, known.get("geometry"))
        yield row


def _check_crs(crs: Any) -> None:
    if crs is None:
        return
    name = str(crs.get("properties", {}).get("name", crs) if isinstance(crs, dict) else crs)
    if not name.lower().endswith(_DEGREES):
        raise UnreadableFile(
            _(
                "The file is in %(crs)s. Only longitude and latitude on WGS-84 or CGCS2000 can be used; convert it first."
            )
            % {"crs": name}
        )


def _row(place: str, properties: dict[str, Any], columns: Columns) -> FileRow:
    def text(column: str) -> str:
        value = properties.get(column)
        return "" if value is None else str(value).strip()

    return FileRow(
        place=place,
        code=text(columns.code),
        name=text(columns.name),
        parent_code=text(columns.parent),
        kind=text(columns.kind),
        grade=text(columns.grade),
    )


def _read_outline(row: FileRow, geometry: Any) -> None:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        row.problems.append(
            _("an outline is a Polygon or MultiPolygon, not %(type)s") % {"type": kind or _("empty")}
        )
        return
    try:
        outline = GEOSGeometry(json.dumps(geometry))
    except (GEOSException, GDALException, ValueError) as error:
        row.problems.append(_("broken geometry: %(error)s") % {"error": error})
        return
    if outline.empty:
        row.problems.append(_("the outline is empty"))
        return
    if problem := _not_degrees(outline):
        row.problems.append(problem)
        return
    row.outline = _repaired(row, outline)


def _not_degrees(outline: GEOSGeometry) -> str:
    west, south, east, north = outline.extent
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return ""
    if max(abs(west), abs(east)) <= 90 and max(abs(south), abs(north)) <= 180:
        return _("latitude comes before longitude")
    return _("the coordinates aren't degrees but look like metres of a projected system")


def _repaired(row: FileRow, outline: GEOSGeometry) -> MultiPolygon | None:
    outline = _flat(outline)
    # Not `valid`, which writes what it finds to the log as well.
    reason = outline.valid_reason
    if reason == "Valid Geometry":
        return as_multipolygon(outline)
    repaired = as_multipolygon(outline.make_valid())
    if repaired.empty:
        row.problems.append(_("invalid outline that can't be repaired: %(reason)s") % {"reason": reason})
        return None
    row.notes.append(_("invalid outline repaired: %(reason)s") % {"reason": reason})
    return repaired


def _flat(outline: GEOSGeometry) -> GEOSGeometry:
    """Without heights."""
    return WKBReader().read(WKBWriter(dim=2).write(outline)) if outline.hasz else outline


def _give_codes(rows: list[FileRow], known: list[FileRow]) -> None:
    by_name: dict[str, list[FileRow]] = {}
    for entry in known:
        by_name.setdefault(entry.name, []).append(entry)
    for row in rows:
        if row.code:
            continue
        entries = by_name.get(row.name, [])
        if len(entries) != 1:
            row.problems.append(
                _("no code for the name “%(name)s”") % {"name": row.name}
                if not entries
                else _("several codes for the name “%(name)s”") % {"name": row.name}
            )
            continue
        row.code, row.parent_code = entries[0].code, row.parent_code or entries[0].parent_code
