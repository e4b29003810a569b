"""python -m benchmarks [--only PART ...] [--rows FEW MANY] [--quick] [--out FILE]"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks import (
    assessing,
    crowd,
    growth,
    live_map,
    locating,
    peer,
    phones,
    push,
    registry,
    search,
    statistics,
    sweeping,
    wall,
    weak_signal,
)
from benchmarks.databases import ROOT, city
from benchmarks.figures import Figure, table, write
from benchmarks.scale import QUICK, Scale

PARTS: dict[str, Callable[[Scale], list[Figure]]] = {
    "peer": peer.measure,
    "growth": growth.measure,
    "search": search.measure,
    "sweep": sweeping.measure,
    "locate": locating.measure,
    "map": live_map.measure,
    "wall": wall.measure,
    "registry": registry.measure,
    "crowd": crowd.measure,
    "phones": phones.measure,
    "push": push.measure,
    "weak": weak_signal.measure,
    "statistics": statistics.measure,
    "assessment": assessing.measure,
}


def main() -> int:
    """Measure, print the table and write the JSON; returns how many targets were missed."""
    options = _options()
    scale = QUICK if options.quick else Scale()
    if options.rows:
        scale = replace(scale, few=options.rows[0], many=options.rows[1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridgov.settings")
    figures: dict[str, list[Figure]] = {}
    with city():
        for name in options.only or PARTS:
            start = time.monotonic()
            figures[name] = PARTS[name](scale)
            print(f"{name}: measured in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
            # At once: what is measured stays if a later part breaks.
            write(options.out, figures, scale=asdict(scale))
    print(table(figures))
    print(f"\nWritten to {options.out}.")
    return sum(figure.is_reached is False for part in figures.values() for figure in part)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the speed through HTTP.")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument(
        "--rows", nargs=2, type=int, metavar=("FEW", "MANY"), help="cases of a small and a large city"
    )
    parser.add_argument("--quick", action="store_true", help="tiny: only to see that it runs")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
