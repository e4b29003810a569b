"""Charts as SVG, drawn on the server: they print, need no script, and each stands beside its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from assessment.figures import Answer, Slice

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
