"""What was measured: samples, figures, the table and the JSON file."""

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from unicodedata import east_asian_width

from benchmarks.people import Answer

WARM_UP = 10


@dataclass(frozen=True)
class Figure:
    """One number with what it should be; `at_most` and `peer` are None where nobody set one.

    `for_most` says that `at_most` is what 95 of 100 take, not the median.
    """

    what: str
    value: float
    unit: str = "ms"
    p95: float | None = None
    at_most: float | None = None
    for_most: bool = False
    peer: float | None = None
    runs: int = 1

    @property
    def is_reached(self) -> bool | None:
        taken = self.p95 if self.for_most and self.p95 is not None else self.value
        return None if self.at_most is None else taken <= self.at_most


def figure_of(what: str, sample: Sequence[float], **wanted: Any) -> Figure:
    """The median and the 95th percentile of a sample."""
    p95 = quantiles(sample, n=20, method="inclusive")[-1] if len(sample) > 1 else sample[0]
    return Figure(what, median(sample), p95=p95, runs=len(sample), **wanted)


def take_turns(asks: Mapping[str, Callable[[], Answer]], times: int) -> dict[str, list[float]]:
    """Milliseconds of each question, asked in turns so that all of them meet the same noise."""
    samples: dict[str, list[float]] = {name: [] for name in asks}
    for turn in range(-min(WARM_UP, times), times):
        for name, ask in asks.items():
            milliseconds = ask().milliseconds
            if turn >= 0:
                samples[name].append(milliseconds)
    return samples


def table(parts: Mapping[str, Sequence[Figure]]) -> str:
    """The figures as they are read at a terminal."""
    lines = [["", "median", "p95", "target", "peer", ""]]
    for part, figures in parts.items():
        lines.append([part.upper(), "", "", "", "", ""])
        for figure in figures:
            reached = {True: "reached", False: "MISSED", None: ""}[figure.is_reached]
            numbers = (figure.value, figure.p95, figure.at_most, figure.peer)
            lines.append(
                [f"  {figure.what}", *(_in_words(number, figure.unit) for number in numbers), reached]
            )
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) if left else cell.rjust(width)
            for cell, width, left in zip(line, widths, (True, False, False, False, False, True), strict=True)
        ).rstrip()
        for line in lines
    )


def write(path: Path, parts: Mapping[str, Sequence[Figure]], **about: object) -> None:
    """The figures and where they were taken as JSON."""
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        **about,
        "figures": [
            {"part": part, **asdict(figure), "is_reached": figure.is_reached}
            for part, figures in parts.items()
            for figure in figures
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _in_words(number: float | None, unit: str) -> str:
    if number is None:
        return ""
    return f"{number:.{0 if number >= 100 or number == int(number) else 1 if number >= 10 else 2}f} {unit}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
