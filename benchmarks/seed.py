"""Cases by the million: made inside the database, as a city leaves them after a year."""

from functools import cache

import psycopg

from benchmarks.databases import connect, copy_of_city

# How a case stands → what was done with it until it got there.
_ACCEPTED = ("report", "register", "dispatch", "accept")
WAYS = {
    "reported": ("report",),
    "checking": ("report", "order_check"),
    "registered": _ACCEPTED[:2],
    "dispatched": _ACCEPTED[:3],
    "given_back": (*_ACCEPTED, "ask_return", "return"),
    "handling": _ACCEPTED,
    "asks_return": (*_ACCEPTED, "ask_return"),
    "asks_extension": (*_ACCEPTED, "ask_extension"),
    "suspended": (*_ACCEPTED, "ask_suspension", "suspend"),
    "handled": (*_ACCEPTED, "feed_back"),
    "closed": (*_ACCEPTED, "feed_back", "verify_pass"),
    "refused": ("report", "refuse"),
    "void": ("report", "void"),
}
# Action → where it leads, and in what capacity it is taken.
ACTIONS = {
    "report": ("reported", "reporter"),
    "order_check": ("checking", "operator"),
    "register": ("registered", "operator"),
    "dispatch": ("dispatched", "dispatcher"),
    "accept": ("handling", "unit"),
    "ask_return": ("handling", "unit"),
    "return": ("registered", "dispatcher"),
    "ask_extension": ("handling", "unit"),
    "ask_suspension": ("handling", "unit"),
    "suspend": ("suspended", "supervisor"),
    "feed_back": ("handled", "unit"),
    "verify_pass": ("closed", "field"),
    "refuse": ("refused", "operator"),
    "void": ("void", "supervisor"),
}
# How often each way is among a hundred open, and a hundred finished cases.
OPEN = {
    "reported": 10,
    "checking": 5,
    "registered": 8,
    "given_back": 2,
    "dispatched": 15,
    "handling": 36,
    "asks_return": 2,
    "asks_extension": 2,
    "suspended": 5,
    "handled": 15,
}
FINISHED = {"closed": 92, "refused": 6, "void": 2}

# Of so many cases one has a rare word, spread over the year.
RARE = 5_000

TABLES = (
    "cases_case",
    "cases_caseevent",
    "cases_casecontact",
    "gridgov_photo",
    "cases_casephoto",
    "gridgov_notice",
)

_PLACES = """
CREATE TEMP TABLE place AS
SELECT row_number() OVER (ORDER BY grid.code) - 1 AS n, district.id AS district, street.id AS street,
    community.id AS community, grid.id AS grid, version.id AS version, ST_PointOnSurface(version.outline) AS point,
    inspector.id AS post, inspector.user_id AS inspector, handler.id AS handler_post, handler.user_id AS handler,
    operator.id AS operator_post, operator.user_id AS operator,
    jsonb_build_object('1', district_centre.id, '2', street_centre.id, '4', community_centre.id) AS holders,
    jsonb_build_object('1', district_unit.id, '2', street_unit.id, '4', community_unit.id) AS units
FROM grids_area grid
JOIN grids_areaversion version ON version.area_id = grid.id AND version.valid_to IS NULL
JOIN grids_area community ON community.id = grid.parent_id
JOIN grids_area street ON street.id = community.parent_id
JOIN grids_area district ON district.id = street.parent_id
JOIN grids_organisation district_centre ON district_centre.code = district.code || '-command'
JOIN grids_organisation street_centre ON street_centre.code = street.code || '-command'
JOIN grids_organisation community_centre ON community_centre.code = community.code || '-command'
JOIN grids_organisation district_unit ON district_unit.code = district.code || '-urban'
JOIN grids_organisation street_unit ON street_unit.code = street.code || '-urban'
JOIN grids_organisation community_unit ON community_unit.code = community.code || '-team'
JOIN LATERAL (
    SELECT * FROM grids_post WHERE area_id = grid.id AND role = 'inspector' ORDER BY id LIMIT 1
) inspector ON true
JOIN LATERAL (SELECT * FROM grids_post WHERE organisation_id = community_unit.id ORDER BY id LIMIT 1) handler ON true
JOIN LATERAL (
    SELECT * FROM grids_post WHERE organisation_id = community_centre.id AND role = 'operator' ORDER BY id LIMIT 1
) operator ON true
WHERE grid.level = 5;
ALTER TABLE place ADD PRIMARY KEY (n);

CREATE TEMP TABLE kind AS
SELECT row_number() OVER (ORDER BY class.id) - 1 AS n, class.id, class.name, min(condition.id) AS condition
FROM cases_caseclass class JOIN cases_condition condition ON condition.case_class_id = class.id
WHERE class.is_active GROUP BY class.id;

CREATE TEMP TABLE way (
    status text, request text, length int, seq int, action text, from_status text, to_status text, capacity text
);
CREATE TEMP TABLE share (is_open boolean, status text, request text, length int, below int);
"""

# Up to last midnight; the newer a case, the likelier it is still open, one in ten of all.
# One in ten of what is open is overdue; the rest is due within five days. The sweep has been there: nothing climbs before.
_CASES = """
INSERT INTO cases_case (
    id, number, version, case_class_id, condition_id, description, channel, external_id, point, device_point, accuracy_m,
    address, district_id, street_id, community_id, grid_id, grid_version_id, reporter_id, reported_at, closed_at,
    settled_on_the_spot, status, holder_id, level, unit_id, stage_started_at, stage_minutes, stage_round_the_clock,
    stage_warn_at, stage_due_at, climb_at, is_warned, suspended_until, minutes_left, supervised_at, request,
    joint_unit_ids, more_area_ids
)
SELECT g, format('440605-%%s-%%s', to_char(day, 'YYYYMMDD'), lpad(number::text, 6, '0')),
    share.length, kind.id, kind.condition,
    kind.name || '，请尽快派人到现场处理，谢谢。' || CASE WHEN g %% %(rare)s = 0 THEN '下水道井盖被盗' ELSE '' END,
    'inspector', '',
    ST_Translate(point, dice1 / 500 - 0.001, dice2 / 500 - 0.001), point, 5 + dice1 * 20,
    '桂澜路 ' || (dice2 * 300)::int || ' 号', district, street, community, grid, place.version, inspector, reported_at,
    CASE share.status WHEN 'closed' THEN reported_at + dice2 * interval '3 days' END, false, share.status,
    (holders ->> level)::bigint, level::int,
    CASE WHEN share.status NOT IN ('reported', 'checking', 'registered', 'refused', 'void')
        THEN (units ->> level)::bigint END,
    due_at - interval '5 days', 7200, true,
    CASE WHEN is_open AND share.status <> 'suspended' THEN due_at - late_by - interval '1 day' END,
    CASE WHEN is_open AND share.status <> 'suspended' THEN due_at - late_by END,
    CASE WHEN is_open AND share.status <> 'suspended' THEN due_at END,
    is_open AND due_at - late_by < now() + interval '1 day',
    CASE share.status WHEN 'suspended' THEN now() + dice1 * interval '90 days' + interval '1 day' END,
    CASE share.status WHEN 'suspended' THEN 1000 END,
    CASE WHEN is_open AND level = '1' AND dice2 < 0.3 THEN due_at - interval '3 days' END, share.request, '{}', '{}'
FROM (
    SELECT *, (reported_at AT TIME ZONE 'Asia/Shanghai')::date AS day, row_number() OVER (
        PARTITION BY (reported_at AT TIME ZONE 'Asia/Shanghai')::date ORDER BY g
    ) AS number
    FROM (
        SELECT g, date_trunc('day', now(), 'Asia/Shanghai') - interval '1 day' * %(days)s * (1 - (g - 1)::float / %(cases)s) AS reported_at,
            random() < 0.3 * (g::float / %(cases)s) ^ 2 AS is_open, 100 * random() AS status_dice, random() AS dice1,
            random() AS dice2, floor(random() * (SELECT count(*) FROM place)) AS place_dice,
            floor(random() * (SELECT count(*) FROM kind)) AS kind_dice, now() + random() * interval '5 days' AS due_at,
            CASE WHEN random() < 0.1 THEN interval '6 days' ELSE interval '0' END AS late_by,
            (ARRAY['4', '4', '4', '4', '4', '4', '4', '4', '2', '1'])[1 + floor(random() * 10)] AS level
        FROM generate_series(1, %(cases)s) g OFFSET 0
    ) thrown
) dated
JOIN place ON place.n = place_dice
JOIN kind ON kind.n = kind_dice
CROSS JOIN LATERAL (
    SELECT status, request, length FROM share WHERE share.is_open = dated.is_open AND status_dice < below ORDER BY below LIMIT 1
) share
ORDER BY g;
"""

_EVENTS = """
INSERT INTO cases_caseevent (
    case_id, district_id, seq, action, actor_id, post_id, capacity, at, from_status, to_status, holder_id, level, unit_id,
    note, due_before, due_after, elapsed_minutes, data
)
SELECT c.id, c.district_id, way.seq, action,
    CASE capacity WHEN 'reporter' THEN inspector WHEN 'field' THEN inspector WHEN 'unit' THEN handler ELSE operator END,
    CASE capacity WHEN 'reporter' THEN post WHEN 'field' THEN post WHEN 'unit' THEN handler_post ELSE operator_post END,
    capacity, reported_at + (way.seq - 1) * interval '5 hours', from_status, to_status, holder_id, c.level,
    CASE WHEN way.seq > 2 THEN unit_id END, CASE WHEN capacity = 'unit' THEN '已到现场查看' ELSE '' END,
    CASE WHEN way.seq > 1 THEN reported_at + way.seq * interval '6 hours' END,
    reported_at + (way.seq + 1) * interval '6 hours', CASE WHEN way.seq > 1 THEN 300 ELSE 0 END, '{}'
FROM cases_case c JOIN place ON place.grid = c.grid_id JOIN way ON (way.status, way.request, way.length) = (c.status, c.request, c.version)
ORDER BY c.id, way.seq;
"""

# A tenth of the cases came by phone.
_CONTACTS = """
INSERT INTO cases_casecontact (case_id, name, phone)
SELECT id, '王小明', '138' || lpad((id * 7919 % 100000000)::text, 8, '0') FROM cases_case WHERE id % 10 = 0;
"""

# One photo with each report; only the rows, for no page reads the files of a list.
_PHOTOS = """
INSERT INTO gridgov_photo (
    id, uploaded_by_id, sha256, original, display, thumb, content_type, size_bytes, width, height, orientation, stored_at,
    is_waiting, told_by_phone, is_marked_copy
)
SELECT lpad(to_hex(id), 32, '0')::uuid, reporter_id, repeat('0', 64), 'original.jpg', 'display.jpg', 'thumb.jpg',
    'image/jpeg', 3000000, 4032, 3024, 1, reported_at, false, false, false
FROM cases_case;
INSERT INTO cases_casephoto (case_id, event_id, photo_id, kind, is_public)
SELECT case_id, id, lpad(to_hex(case_id), 32, '0')::uuid, 'before', false FROM cases_caseevent WHERE seq = 1;
"""

_NOTICES = """
INSERT INTO gridgov_notice (recipient_id, event, params, url, subject, urgent, created_at)
SELECT post.user_id, 'case_register', jsonb_build_object('number', number, 'note', ''), format('/cases/%s/', number),
    format('case:%s', c.id), false, reported_at
FROM cases_case c JOIN grids_post post ON post.organisation_id = c.holder_id AND post.role IN ('operator', 'dispatcher')
WHERE c.status NOT IN ('closed', 'refused', 'void');
"""


@cache
def city_with(cases: int) -> str:
    """The database of a city with so many cases, made once: for all who leave them as they are, or nearly; its name."""
    database = copy_of_city(f"of_{cases}")
    with connect(database) as connection:
        seed(connection, cases)
    return database


def seed(connection: psycopg.Connection, cases: int, days: int = 365) -> None:
    """Fill a database that has the demo city with so many cases of so many days, their callers, timelines, photos and unread notices.

    A superuser's work: triggers and foreign keys are off meanwhile, and indexes are built afterwards.
    """
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute("SET work_mem = '256MB'")
    connection.execute("SELECT setseed(0.5)")
    connection.execute(_PLACES)
    _copy(connection, "way", _ways())
    _copy(connection, "share", _shares())
    indexes = _take_indexes_away(connection)
    connection.execute(_CASES, {"cases": cases, "days": days, "rare": RARE})
    for statement in (_EVENTS, _CONTACTS, _PHOTOS, _NOTICES, *indexes):
        connection.execute(statement)
    connection.execute("SELECT setval(pg_get_serial_sequence('cases_case', 'id'), %s)", [cases])
    connection.execute("SET session_replication_role = origin")
    connection.execute("VACUUM (ANALYZE)")
    connection.execute("CHECKPOINT")


def _ways() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for actions in WAYS.values():
        before = ""
        for seq, action in enumerate(actions, start=1):
            after, capacity = ACTIONS[action]
            rows.append((*_stands(actions), seq, action, before, after, capacity))
            before = after
    return rows


def _shares() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for is_open, shares in ((True, OPEN), (False, FINISHED)):
        below = 0
        for name, share in shares.items():
            below += share
            rows.append((is_open, *_stands(WAYS[name]), below))
    return rows


def _stands(actions: tuple[str, ...]) -> tuple[str, str, int]:
    """The status that a way ends in, what is asked there, and how many rows its timeline has."""
    last = actions[-1]
    return ACTIONS[last][0], last if last.startswith("ask_") else "", len(actions)


def _copy(connection: psycopg.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _take_indexes_away(connection: psycopg.Connection) -> list[str]:
    """Drop the indexes that no constraint needs; returns the statements that make them again."""
    found = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY (%s::text[]::regclass[]) "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [list(TABLES)],
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]
