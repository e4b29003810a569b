"""Charts as SVG, drawn on the server: they print, need no script, and each stands beside its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

from assessment.figures.answer import Answer, Slice
from assessment.models import Level

# The drawing's own units; the page scales it as a whole.
WIDTH, HEIGHT = 760, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 26
_MOST_LABELS = 8
SHADES = 5


@dataclass(frozen=True)
class Point:
    """One slice of time on the chart, with its column to point at."""

    x: float
    y: float
    left: float
    width: float
    label: str
    count: int
    url: str


@dataclass(frozen=True)
class Lines:
    """A line over time with its axes."""

    points: list[Point]
    path: str
    area: str
    # (y, number) and (x, word) of the axes.
    rows: list[tuple[float, int]]
    columns: list[tuple[float, str]]
    floor: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP


def lines_of(answer: Answer) -> Lines:
    """The asked measure over time."""
    measure = answer.question.measure
    counts = [each.figures.counts[measure] for each in answer.time]
    top = _round_up(max(counts, default=0))
    floor = HEIGHT - _BOTTOM
    across = (WIDTH - _LEFT - _RIGHT) / max(len(counts), 1)

    def y(count: float) -> float:
        return round(floor - (floor - _TOP) * count / top, 1)

    points = [
        Point(
            x=round(_LEFT + across * (n + 0.5), 1),
            y=y(count),
            left=round(_LEFT + across * n, 1),
            width=round(across, 2),
            label=each.label,
            count=count,
            url=answer.question.list_url(measure, **each.narrow),
        )
        for n, (each, count) in enumerate(zip(answer.time, counts, strict=True))
    ]
    path = " ".join(f"{'L' if n else 'M'}{point.x},{point.y}" for n, point in enumerate(points))
    area = f"{path} L{points[-1].x},{floor} L{points[0].x},{floor} Z" if points else ""
    step = -(-len(points) // _MOST_LABELS)
    return Lines(
        points=points,
        path=path,
        area=area,
        rows=[(y(top * part / 4), round(top * part / 4)) for part in range(5)],
        columns=[
            (point.x, _short(each, answer))
            for point, each in list(zip(points, answer.time, strict=True))[:: step or 1]
        ],
        floor=floor,
    )


def _short(each: Slice, answer: Answer) -> str:
    """A date short enough for an axis: the year only where there are several."""
    begin = each.narrow["since"]
    if answer.question.step == "month":
        return begin[:7]
    return begin[5:] if answer.question.since.year == answer.question.until.year else begin[2:]


def _round_up(most: int) -> int:
    """The end of an axis: the next number that four equal steps reach."""
    if most <= 4:
        return 4
    unit = 10 ** int(log10(most))
    return next(
        n
        for n in (int(unit * part) for part in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10, 12))
        if n >= most and n % 4 == 0
    )


@dataclass(frozen=True)
class Cell:
    """One hour of one weekday: `shade` from 0, nothing, to `SHADES`."""

    count: int
    shade: int
    hour: int
    url: str

    @property
    def short(self) -> str:
        """As much of the count as the cell holds: three characters."""
        return str(self.count) if self.count < 1000 else f"{self.count // 1000}k"


def heat_of(answer: Answer, weekdays: Sequence[tuple[int, object]]) -> list[tuple[object, list[Cell], int]]:
    """Weekday's name, its 24 cells, and their sum."""
    measure = answer.question.measure
    counts = {place: figures.counts[measure] for place, figures in answer.hours.items()}
    most = max(counts.values(), default=0)
    rows = []
    for weekday, name in weekdays:
        cells = []
        for hour in range(24):
            count = counts.get((weekday, hour), 0)
            shade = -(-count * SHADES // most) if most else 0
            url = answer.question.list_url(measure, weekday=str(weekday), hour=str(hour)) if count else ""
            cells.append(Cell(count, shade, hour, url))
        rows.append((name, cells, sum(cell.count for cell in cells)))
    return rows


@dataclass(frozen=True)
class Bar:
    """A bar beside its number: `length` from 0 to 100."""

    of: Any
    length: float


def bars_of(numbers: Sequence[tuple[Any, float]], most: float = 0) -> list[Bar]:
    """A bar for each, as long as its part of the most."""
    most = most or max((number for _of, number in numbers), default=0)
    return [Bar(of, round(100 * number / most, 1) if most else 0) for of, number in numbers]


@dataclass(frozen=True)
class Piece:
    """A level's part of a strip of five colours, from 0 to 100."""

    level: Level
    count: int
    start: float
    length: float


def strip_of(levels: Sequence[tuple[Level, int]]) -> list[Piece]:
    """How many reached each level, one beside the other."""
    whole = sum(count for _level, count in levels)
    pieces, start = [], 0.0
    for level, count in levels:
        length = round(100 * count / whole, 2) if whole else 0
        pieces.append(Piece(level, count, start, length))
        start += length
    return pieces


@dataclass(frozen=True)
class Trend:
    """Points from 0 to 100 over periods: dots at (x, y, words), the line in pieces, and the axes."""

    dots: list[tuple[float, float, str, str]]
    paths: list[str]
    # (y, number) and (x, word) of the axes.
    rows: list[tuple[float, int]]
    columns: list[tuple[float, str]]
    # Where levels begin: (y, letter).
    levels: list[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    floor: int = HEIGHT - _BOTTOM


def trend_lines(
    points: Sequence[tuple[str, float | None, str]], levels: Sequence[tuple[float, str]] = ()
) -> Trend:
    """A score over periods: (period, points, address) oldest first; where there is none, the line is broken."""
    floor = HEIGHT - _BOTTOM
    across = (WIDTH - _LEFT - _RIGHT) / max(len(points), 1)

    def y(number: float) -> float:
        return round(floor - (floor - _TOP) * number / 100, 1)

    places = [round(_LEFT + across * (n + 0.5), 1) for n in range(len(points))]
    dots: list[tuple[float, float, str, str]] = []
    pieces: list[list[str]] = [[]]
    for x, (label, number, url) in zip(places, points, strict=True):
        if number is None:
            pieces.append([])
            continue
        dots.append((x, y(number), f"{label}: {number:.2f}", url))
        pieces[-1].append(f"{'L' if pieces[-1] else 'M'}{x},{y(number)}")
    step = -(-len(points) // _MOST_LABELS) or 1
    return Trend(
        dots=dots,
        paths=[" ".join(piece) for piece in pieces if len(piece) > 1],
        rows=[(y(number), number) for number in (0, 25, 50, 75, 100)],
        columns=list(zip(places, (label for label, _, _ in points), strict=True))[::step],
        levels=[(y(at), letter) for at, letter in levels if 0 < at < 100],
    )
