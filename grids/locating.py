"""Where many points lie, asked at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from grids.models import AreaLevel

Position = tuple[float, float]

# The rule of grids.selectors.locate: the lowest area, and on a border the lower code. Point by point (OFFSET 0), so
# that each is looked up in the index of outlines whatever the planner knows of the tables.
_FIND = """
    SELECT DISTINCT ON (given.n) given.n, area.id, area.path
    FROM unnest(%s::int[], %s::float8[], %s::float8[]) AS given(n, lon, lat)
    CROSS JOIN LATERAL (
        SELECT version.area_id, version.level FROM grids_areaversion version
        WHERE version.valid_to IS NULL AND version.level = ANY(%s)
            AND ST_Covers(version.outline, ST_SetSRID(ST_MakePoint(given.lon, given.lat), 4326))
        OFFSET 0
    ) version
    JOIN grids_area area ON area.id = version.area_id
    ORDER BY given.n, version.level DESC, area.code
"""
_ABOVE_GRIDS = [level for level in AreaLevel if level != AreaLevel.GRID]


@dataclass(frozen=True)
class Place:
    """The lowest area at a point, by id, and its district, by code."""

    area_id: int
    district_code: str


def locate_many(points: Sequence[Position]) -> Mapping[int, Place]:
    """The area of each point (longitude, latitude; WGS-84) by its number in the sequence; those outside are missing.

    Two statements at most: the long outlines above the grids are looked at only for points that lie in no grid.
    """
    found = _find(dict(enumerate(points)), [AreaLevel.GRID])
    rest = {number: point for number, point in enumerate(points) if number not in found}
    return {**found, **_find(rest, _ABOVE_GRIDS)}


def _find(points: Mapping[int, Position], levels: Sequence[int]) -> dict[int, Place]:
    if not points:
        return {}
    longitudes, latitudes = zip(*points.values(), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [list(points), list(longitudes), list(latitudes), [int(one) for one in levels]])
        return {number: Place(area_id, path.split("/")[1]) for number, area_id, path in cursor.fetchall()}
