"""The live map over a city of 32,000 grids and 100,000 open cases: how long a view takes, and how heavy it is."""

from statistics import quantiles

import psycopg

from benchmarks.databases import connect, copy_of_city
from benchmarks.figures import WARM_UP, Figure
from benchmarks.locating import cut_grids
from benchmarks.people import DISTRICT_DISPATCHER, Answer, Person, let_log_in
from benchmarks.scale import Scale
from benchmarks.seed import seed
from benchmarks.web import web

MOST_MS = 200
MOST_KB = 300
# A console's map, in pixels.
_WIDTH, _HEIGHT = 1230, 760
_OPEN = "('reported', 'checking', 'registered', 'dispatched', 'handling', 'suspended', 'handled')"
# Cases lie in the new grids, as the finest level counts them.
_INTO_GRIDS = f"""
UPDATE cases_case matter SET grid_id = version.area_id, grid_version_id = version.id, community_id = grid.parent_id
FROM grids_areaversion version JOIN grids_area grid ON grid.id = version.area_id
WHERE version.level = 5 AND version.valid_to IS NULL AND ST_Covers(version.outline, matter.point) AND matter.status IN {_OPEN}
"""
_DENSEST = f"""
SELECT avg(ST_X(point)), avg(ST_Y(point)) FROM cases_case WHERE status IN {_OPEN}
GROUP BY ST_SnapToGrid(point, 0.01) ORDER BY count(*) DESC LIMIT 1
"""
_MIDDLE = """
SELECT ST_X(ST_PointOnSurface(outline)), ST_Y(ST_PointOnSurface(outline)) FROM grids_areaversion
WHERE level = %s AND valid_to IS NULL ORDER BY area_m2 DESC LIMIT 1
"""


def measure(scale: Scale) -> list[Figure]:
    database = copy_of_city("map")
    with connect(database) as connection:
        seed(connection, scale.many)
        cut_grids(connection, scale.grids)
        connection.execute("SET session_replication_role = replica")
        connection.execute(_INTO_GRIDS)
        connection.execute("SET session_replication_role = origin")
        connection.execute("VACUUM (ANALYZE) cases_case")
        let_log_in(connection, DISTRICT_DISPATCHER)
        views = _views(connection)
    figures = []
    with web(database) as address:
        person = Person.at_browser(address, DISTRICT_DISPATCHER)
        for name, asked in views.items():
            cases = _sample(person, f"/map/cases/?{asked}", scale.times)
            outlines = _sample(person, f"/areas/map-outlines/?{asked}", scale.times)
            weight = max(len(answer.body) for answer in cases) + len(outlines[0].body)
            figures += [
                _p95(f"map, {name}: cases and areas", cases),
                _p95(f"map, {name}: outlines, the first time", outlines),
                Figure(f"map, {name}: weight of the view", weight / 1000, unit="kB", at_most=MOST_KB),
            ]
    return figures


def _views(connection: psycopg.Connection) -> dict[str, str]:
    """Name → what the map asks for."""
    places = {
        "district": (_MIDDLE, [1], 11, 4),
        "street": (_MIDDLE, [2], 13, 4),
        "community": (_MIDDLE, [4], 16, 5),
        "densest place": (_DENSEST, [], 15, 5),
    }
    views = {}
    for name, (statement, params, zoom, finest) in places.items():
        row = connection.execute(statement, params).fetchone()
        assert row is not None
        half_x, half_y = (pixels * 360 / 256 / 2**zoom / 2 for pixels in (_WIDTH, _HEIGHT))
        x, y = row
        views[name] = f"bbox={x - half_x},{y - half_y},{x + half_x},{y + half_y}&zoom={zoom}&finest={finest}"
    return views


def _sample(person: Person, address: str, times: int) -> list[Answer]:
    for _ in range(WARM_UP):
        person.get(address)
    return [person.get(address) for _ in range(times)]


def _p95(what: str, answers: list[Answer]) -> Figure:
    """The 95th percentile is what is to be reached, the median stands beside it."""
    sample = [answer.milliseconds for answer in answers]
    p95 = quantiles(sample, n=20, method="inclusive")[-1]
    return Figure(f"{what}, p95", p95, p95=p95, at_most=MOST_MS, runs=len(sample))
