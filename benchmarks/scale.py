"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Numbers of rows, and how often each question is asked."""

    cases: int = 1_100  # beside the peer
    few: int = 10_000
    many: int = 1_000_000
    due: int = 10_000
    grids: int = 32_000
    points: int = 1_000
    objects: int = 100_000  # rows of a file
    clients: int = 8
    phones: int = 200
    times: int = 100
    loads: int = 5  # of a page in a browser


QUICK = Scale(
    cases=100,
    few=200,
    many=1_000,
    due=100,
    grids=4_000,
    points=20,
    objects=500,
    phones=4,
    clients=2,
    times=3,
    loads=1,
)
