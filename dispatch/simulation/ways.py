"""The way somebody walks through a grid: once around, within sight of its edge."""

from datetime import datetime
from itertools import pairwise
from math import cos, hypot, radians

from django.contrib.gis.geos import MultiPolygon, Polygon

from inspections.services.duty import TrackPoint

METRES_PER_DEGREE = 111_195
INSET = 60  # metres from the edge
STEP = 40  # metres from one point to the next
PACE = 1.3  # metres in a second
ACCURACY = 8.0
LONGEST = 25 * 60  # seconds in one grid


def way_through(outline: MultiPolygon, begins: datetime) -> list[TrackPoint]:
    """Where a phone is from a moment on while its owner walks through a grid; two points at least."""
    middle = outline.point_on_surface
    corners = _around(outline, INSET) or [(middle.x, middle.y), (middle.x + 1e-4, middle.y)]
    seconds, (east, north) = begins.timestamp(), corners[0]
    way = [TrackPoint(east, north, seconds, ACCURACY)]
    for start, goal in pairwise(corners):
        metres = _metres(start, goal)
        steps = max(round(metres / STEP), 1)
        for step in range(1, steps + 1):
            if way[-1].seconds - way[0].seconds > LONGEST:
                return way
            share = step / steps
            east, north = (a + (b - a) * share for a, b in zip(start, goal, strict=True))
            way.append(TrackPoint(east, north, seconds + metres * share / PACE, ACCURACY))
        seconds = way[-1].seconds
    return way


def _around(outline: MultiPolygon, inset: float) -> list[tuple[float, float]]:
    """The corners of the outline so many metres further inside; none where nothing is left of it."""
    inside = outline.buffer(-inset / METRES_PER_DEGREE).simplify(2e-5)
    parts = list(inside) if isinstance(inside, MultiPolygon) else [inside]
    rooms = [part for part in parts if isinstance(part, Polygon) and not part.empty]
    largest = max(rooms, key=lambda room: room.area, default=None)
    return [] if largest is None else [(x, y) for x, y, *_height in largest.exterior_ring.coords]


def _metres(start: tuple[float, float], goal: tuple[float, float]) -> float:
    """Flat: the points are a few hundred metres apart."""
    east = (goal[0] - start[0]) * cos(radians(start[1]))
    return hypot(east, goal[1] - start[1]) * METRES_PER_DEGREE
