"""Finding the grid of a point among those of a whole city; run as a program inside Django, it prints its sample."""

import json
import os
import subprocess
import sys

import psycopg

from benchmarks.databases import ROOT, connect, copy_of_city, url_of
from benchmarks.figures import Figure, figure_of
from benchmarks.scale import Scale

MOST_MS = 1
# Cuts every community anew into irregular pieces: the district's own grids are retired, these take their place.
_CUT = """
SET session_replication_role = replica;
UPDATE grids_areaversion SET valid_to = current_date WHERE level = 5;
UPDATE grids_area SET retired_on = current_date WHERE level = 5;
WITH pieces AS (
    SELECT community.id, community.code, community.path, community.name, version.outline, cell.geom AS cell,
        row_number() OVER (PARTITION BY community.id) AS number
    FROM grids_area community
    JOIN grids_areaversion version ON version.area_id = community.id AND version.valid_to IS NULL
    CROSS JOIN LATERAL ST_Dump(ST_VoronoiPolygons(
        ST_GeneratePoints(version.outline, %(each)s, community.id::int), 0, version.outline
    )) cell
    WHERE community.level = 4
), grids AS (
    INSERT INTO grids_area (code, name, level, parent_id, path, kind, grade)
    SELECT code || (100 + number), name || number, 5, id, path || code || (100 + number) || '/', 'mixed', 'B' FROM pieces
    RETURNING id, code
)
INSERT INTO grids_areaversion (area_id, level, number, valid_from, outline, is_generated, source)
SELECT grids.id, 5, 1, current_date, ST_Multi(ST_CollectionExtract(ST_Intersection(outline, cell), 3)), true, 'benchmark'
FROM grids JOIN pieces ON grids.code = pieces.code || (100 + pieces.number);
SET session_replication_role = origin;
VACUUM (ANALYZE);
"""
_POINTS = """
SELECT ST_X(point.geom), ST_Y(point.geom) FROM grids_areaversion version
CROSS JOIN LATERAL ST_Dump(ST_GeneratePoints(outline, %s, 1)) point
WHERE version.level = 1
"""


def cut_grids(connection: psycopg.Connection, grids: int) -> None:
    """Cut every community anew, so that there are so many grids or a few more."""
    communities = connection.execute("SELECT count(*) FROM grids_area WHERE level = 4").fetchone()
    assert communities is not None
    statements = _CUT % {"each": -(-grids // communities[0])}
    for statement in statements.split(";\n"):
        connection.execute(statement)


def measure(scale: Scale) -> list[Figure]:
    database = copy_of_city("locate")
    with connect(database) as connection:
        cut_grids(connection, scale.grids)
        made = connection.execute(
            "SELECT count(*) FROM grids_areaversion WHERE level = 5 AND valid_to IS NULL"
        ).fetchone()
        assert made is not None
        points = connection.execute(_POINTS, [scale.points]).fetchall()
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.locating"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url_of(database), "DJANGO_SETTINGS_MODULE": "gridgov.settings"},
        input=json.dumps(points),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    sample = json.loads(answer.stdout)
    return [
        figure_of(f"locate among {made[0]:,} grids, execution", sample["execution"], at_most=MOST_MS),
        figure_of("planning of the same", sample["planning"]),
        figure_of("in Python, from call to answer", sample["call"]),
    ]


def explain(points: list[tuple[float, float]]) -> dict[str, list[float]]:
    """Milliseconds that the database takes for the statements of `locate`, by its own account, for each point."""
    import time

    from django.contrib.gis.geos import Point
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from grids.selectors import locate

    sample: dict[str, list[float]] = {"execution": [], "planning": [], "call": []}
    for lon, lat in points:
        start = time.perf_counter()
        located = locate(Point(lon, lat, srid=4326))
        sample["call"].append((time.perf_counter() - start) * 1000)
        assert located is not None, (lon, lat)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            locate(Point(lon, lat, srid=4326))
        plans = []
        with connection.cursor() as cursor:
            for query in captured.captured_queries:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
                plans.append(cursor.fetchone()[0][0])
        sample["execution"].append(sum(plan["Execution Time"] for plan in plans))
        sample["planning"].append(sum(plan["Planning Time"] for plan in plans))
    return sample


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(explain(json.load(sys.stdin))))
