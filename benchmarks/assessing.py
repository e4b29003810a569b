"""A month of a whole city is scored: 350,000 cases, 32,000 grids, 3,000 communities, 10,000 inspectors.

How long it takes, in what memory.
"""

import os
import subprocess
import sys
import time

import psycopg

from benchmarks.databases import ROOT, connect, copy_of_city, manage, url_of
from benchmarks.figures import Figure
from benchmarks.locating import cut_grids
from benchmarks.scale import Scale
from benchmarks.seed import seed

DAYS = 31
MOST_S, MOST_MB = 180, 1_000

# All cases lie in the new grids.
_MOVE = """
SET session_replication_role = replica;
UPDATE cases_case matter SET grid_id = version.area_id, grid_version_id = version.id, community_id = grid.parent_id
FROM grids_areaversion version JOIN grids_area grid ON grid.id = version.area_id
WHERE version.level = 5 AND version.valid_to IS NULL AND ST_Covers(version.outline, matter.point);
SET session_replication_role = origin;
"""
# The grids of every street are dealt to so many new communities.
_SPLIT = """
SET session_replication_role = replica;
WITH dealt AS (
    SELECT grid.id, street.id AS street_id, street.path, community.kind, community.grade,
        street.code || (500 + (row_number() OVER (PARTITION BY street.id ORDER BY grid.code) - 1) %% %(each)s) AS code
    FROM grids_area grid
    JOIN grids_area community ON community.id = grid.parent_id
    JOIN grids_area street ON street.id = community.parent_id
    WHERE grid.level = 5 AND grid.retired_on IS NULL
), made AS (
    INSERT INTO grids_area (code, name, level, parent_id, path, kind, grade)
    SELECT code, code, 4, street_id, path || code || '/', min(kind), min(grade) FROM dealt GROUP BY code, street_id, path
    RETURNING id, code, path
)
UPDATE grids_area grid SET parent_id = made.id, path = made.path || grid.code || '/'
FROM dealt JOIN made ON made.code = dealt.code WHERE grid.id = dealt.id;
SET session_replication_role = origin;
"""
# So many grids share one inspector.
_INSPECTORS = """
WITH shared AS (
    SELECT grid.id, grid.parent_id, (row_number() OVER (ORDER BY grid.code) - 1) * %(inspectors)s / %(grids)s AS n
    FROM grids_area grid WHERE grid.level = 5 AND grid.retired_on IS NULL
), people AS (
    INSERT INTO grids_user (
        username, password, is_superuser, first_name, last_name, email, is_staff, is_active, date_joined, display_name, phone, language
    )
    SELECT DISTINCT 'walker' || n, '!', false, '', '', '', false, true, now(), 'Walker ' || n, '', '' FROM shared
    RETURNING id, username
)
INSERT INTO grids_post (user_id, role, organisation_id, area_id, is_responsible, title, valid_from, by_claim)
SELECT people.id, 'inspector', team.id, shared.id, true, '', '2020-01-01', false
FROM shared JOIN people ON people.username = 'walker' || shared.n
JOIN LATERAL (SELECT id FROM grids_organisation WHERE area_id = shared.parent_id ORDER BY id LIMIT 1) team ON true
"""
_PERIODS = """
INSERT INTO assessment_period (scheme_id, version_id, first_day, last_day, state)
SELECT version.scheme_id, version.id, current_date - %(days)s, current_date - 1, 'open'
FROM assessment_schemeversion version RETURNING id
"""


def measure(scale: Scale) -> list[Figure]:
    cases, inspectors, communities = scale.many * 35 // 100, scale.grids * 10 // 32, scale.grids * 3 // 32
    database = copy_of_city("assessing")
    with connect(database) as connection:
        seed(connection, cases, DAYS)
        cut_grids(connection, scale.grids)
        grids = _number(connection, "SELECT count(*) FROM grids_area WHERE level = 5 AND retired_on IS NULL")
        connection.execute(_INSPECTORS, {"inspectors": inspectors, "grids": grids})
        streets = _number(connection, "SELECT count(*) FROM grids_area WHERE level = 2")
        _run_each(connection, _SPLIT, {"each": -(-communities // streets)})
        communities = _number(
            connection,
            "SELECT count(DISTINCT parent_id) FROM grids_area WHERE level = 5 AND retired_on IS NULL",
        )
        connection.execute(_MOVE)
        connection.execute("VACUUM (ANALYZE)")
    began = time.monotonic()
    manage(database, "rebuild_figures")
    rebuilt = time.monotonic() - began
    with connect(database) as connection:
        connection.execute("VACUUM (ANALYZE) assessment_stagefact, assessment_casefact")
        periods = [str(pk) for (pk,) in connection.execute(_PERIODS, {"days": DAYS}).fetchall()]
    seconds, megabytes = _take(database, "compute_scores", *periods)
    with connect(database) as connection:
        scores = _number(connection, "SELECT count(*) FROM assessment_score")
    whole = (
        f"a month of {cases:,} cases, {grids:,} grids, {communities:,} communities, {inspectors:,} inspectors"
    )
    return [
        Figure(f"{whole}: read from the timeline anew", rebuilt, unit="s"),
        Figure(f"{len(periods)} schemes, {scores:,} scores", seconds, unit="s", at_most=MOST_S),
        Figure("both", rebuilt + seconds, unit="s", at_most=MOST_S),
        Figure("memory of the one process", megabytes, unit="MB", at_most=MOST_MB),
    ]


def _run_each(connection: psycopg.Connection, statements: str, values: dict[str, int]) -> None:
    """Statements one by one: those with values can't be sent together."""
    for statement in statements.strip().split(";\n"):
        connection.execute(statement, values)


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _take(database: str, *arguments: str) -> tuple[float, float]:
    """Seconds and megabytes that a management command takes, as a process of its own."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", *arguments, "--skip-checks"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url_of(database), "GRIDGOV_NO_POOL": "1"},
        stdout=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(status, arguments)
    return time.monotonic() - began, usage.ru_maxrss / 1024
