"""The live map over a city of 32,000 grids and 100,000 open cases: how long each layer of a view takes, and its weight."""

import psycopg

from benchmarks.databases import connect, copy_of
from benchmarks.figures import Figure, figure_of, take_turns
from benchmarks.locating import cut_grids
from benchmarks.people import DISTRICT_DISPATCHER, SUPERVISOR, Person, let_log_in
from benchmarks.scale import Scale
from benchmarks.seed import city_with
from benchmarks.web import web

MOST_MS = 200
MOST_KB = 300
DEMO_GRIDS = 2_520
# A console's map, in pixels.
_WIDTH, _HEIGHT = 1230, 760
_OPEN = "('reported', 'checking', 'registered', 'dispatched', 'handling', 'suspended', 'handled')"
# Cases lie in the new grids, as the finest level counts them.
_INTO_GRIDS = f"""
UPDATE cases_case matter SET grid_id = version.area_id, grid_version_id = version.id, community_id = grid.parent_id
FROM grids_areaversion version JOIN grids_area grid ON grid.id = version.area_id
WHERE version.level = 5 AND version.valid_to IS NULL AND ST_Covers(version.outline, matter.point) AND matter.status IN {_OPEN}
"""
# Every inspector is out since midnight and has walked eight half hours, a point every ten seconds.
_OUT = """
INSERT INTO inspections_duty (user_id, post_id, district_id, started_at)
SELECT DISTINCT ON (post.user_id) post.user_id, post.id, district.id, date_trunc('day', now(), 'Asia/Shanghai')
FROM grids_post post CROSS JOIN grids_area district WHERE post.role = 'inspector' AND district.level = 1
ON CONFLICT DO NOTHING;
INSERT INTO inspections_tracksegment (client_uuid, duty_id, district_id, started_at, ended_at, path, seconds)
SELECT gen_random_uuid(), duty.id, duty.district_id, duty.started_at + half * interval '1 second',
    duty.started_at + (half + 1) * interval '1 second', way, ARRAY(SELECT 10 * n FROM generate_series(0, 179) n)
FROM inspections_duty duty JOIN grids_post post ON post.id = duty.post_id
JOIN grids_areaversion version ON version.area_id = post.area_id AND version.valid_to IS NULL
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(version.outline) AS middle OFFSET 0) grid
CROSS JOIN generate_series(1, 8) half
CROSS JOIN LATERAL (
    SELECT ST_MakeLine(ST_Translate(middle, half * 0.0005 + n * 0.00001, sin(n / 9.0) * 0.0003) ORDER BY n) AS way
    FROM generate_series(0, 179) n
) walked
WHERE duty.ended_at IS NULL;
"""
# Street lamps all over the district.
_LAMPS = """
INSERT INTO grids_gridobject (
    code, name, state, address, point, risk, credit_code, business_scope, attributes, as_of, source, version, area_id,
    district_id, type_id
)
SELECT 'BENCH-' || row_number() OVER (), '路灯', 'in_use', '', spot.geom, '', '', '', '{}', current_date, 'benchmark', 1,
    grid.id, district.id, type.id
FROM grids_area grid
JOIN grids_areaversion version ON version.area_id = grid.id AND version.valid_to IS NULL
CROSS JOIN LATERAL ST_Dump(ST_GeneratePoints(version.outline, %(each)s, grid.id::int)) spot
CROSS JOIN grids_area district CROSS JOIN grids_objecttype type
WHERE grid.level = 5 AND district.level = 1 AND type.code = 'lamp';
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
    database = copy_of(city_with(scale.many), "map")
    with connect(database) as connection:
        _fill(connection, scale)
        let_log_in(connection, DISTRICT_DISPATCHER)
        views = _views(connection)
    figures = []
    for remembered, name in (("0", "worked out anew"), ("5", "as it runs")):
        with web(database, GRIDGOV_REMEMBER_SECONDS=remembered) as address:
            for view, asked in views.items():
                figures += _ask(address, f"map, {view}, {name}", asked, scale.times)
    return figures


def _fill(connection: psycopg.Connection, scale: Scale) -> None:
    """Many small grids with the open cases in them, people out and what they walked, and street lamps."""
    connection.execute("SET session_replication_role = replica")
    for statement in _OUT.strip().split(";\n"):
        connection.execute(statement.rstrip(";"))
    connection.execute(
        _LAMPS, {"each": max(scale.objects // 900, 1)}
    )  # before they are cut, grids are some 900
    cut_grids(connection, scale.grids)
    connection.execute("SET session_replication_role = replica")
    connection.execute(_INTO_GRIDS)
    connection.execute("SET session_replication_role = origin")
    connection.execute("VACUUM (ANALYZE)")


def _ask(address: str, name: str, view: str, times: int) -> list[Figure]:
    """Each layer's time, and the weight of a view with all of them."""
    dispatcher = Person.at_browser(address, DISTRICT_DISPATCHER)
    supervisor = Person.at_browser(address, SUPERVISOR)
    layers = {
        "cases and areas": (dispatcher, f"/map/cases/?{view}"),
        "rows": (dispatcher, f"/map/rows/?{view}"),
        "outlines, the first time": (dispatcher, f"/areas/map-outlines/?{view}"),
        "objects": (dispatcher, f"/map/objects/?{view}&type=lamp"),
        "people": (supervisor, f"/map/people/?{view}"),
        "tracks": (supervisor, f"/map/tracks/?{view}"),
    }
    asks = {
        f"{name}: {layer}": lambda person=person, path=path: person.get(path)
        for layer, (person, path) in layers.items()
    }
    kilobytes = {layer: len(person.get(path).body) / 1000 for layer, (person, path) in layers.items()}
    del kilobytes["rows"]  # beside the map, when somebody opens the list
    return [
        *(
            figure_of(what, sample, at_most=MOST_MS, for_most=True)
            for what, sample in take_turns(asks, times).items()
        ),
        Figure(
            f"{name}: weight of cases, areas and outlines",
            kilobytes["cases and areas"] + kilobytes["outlines, the first time"],
            unit="kB",
            at_most=MOST_KB,
        ),
        Figure(f"{name}: weight with every layer", sum(kilobytes.values()), unit="kB", at_most=MOST_KB),
    ]


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
