"""How much of each grid was walked: the share of its surface within sight of a track."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from gridgov.counting import percent_of
from grids.models import Area
from inspections.times import beginning_of

# How far somebody who walks sees what is wrong, in metres.
SIGHT_M = 40

# Grids of an area that a track of the day came near, each with share (0–1) and metres walked inside.
COVERED = f"""
    WITH walked AS (
        SELECT segment.path, ST_Buffer(segment.path::geography, {SIGHT_M})::geometry AS seen
        FROM inspections_tracksegment segment
        WHERE segment.started_at >= %(begins)s AND segment.started_at < %(ends)s
    )
    SELECT version.area_id, district.id AS district_id,
        LEAST(1, ST_Area(ST_Union(ST_Intersection(version.outline, walked.seen))::geography) / version.area_m2) AS share,
        SUM(ST_Length(ST_Intersection(walked.path, version.outline)::geography)) AS metres
    FROM grids_areaversion version
    JOIN walked ON ST_Intersects(version.outline, walked.seen)
    JOIN grids_area grid ON grid.id = version.area_id AND grid.path LIKE %(path)s
    JOIN grids_area district ON district.code = split_part(grid.path, '/', 2)
    WHERE version.level = 5 AND version.valid_to IS NULL AND version.area_m2 > 0
    GROUP BY version.id, district.id
"""  # noqa: S608 - a number of ours


@dataclass(frozen=True)
class Covered:
    """What was walked of a grid on a day."""

    share: float = 0.0
    metres: float = 0.0

    @property
    def percent(self) -> int:
        return percent_of(self.share)


def covered_on(day: date, area: Area) -> dict[int, Covered]:
    """Grid id → what was walked of it on a day, for the grids under an area that anybody walked; one query."""
    with connection.cursor() as cursor:
        cursor.execute(COVERED, day_params(day, area.path))
        return {grid: Covered(share, metres) for grid, _district, share, metres in cursor.fetchall()}


def day_params(day: date, path: str) -> dict[str, Any]:
    """What `COVERED` asks for: a local day, and the beginning of the paths of its grids."""
    return {"begins": beginning_of(day), "ends": beginning_of(day + timedelta(days=1)), "path": f"{path}%"}
