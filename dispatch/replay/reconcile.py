"""Holding our timeline against the city's own verdict, and our escalations against plain SQL over the file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from dispatch.replay.city import CITY, DISTRICT_HOURS, STREET_HOURS
from dispatch.replay.rows import Request

# The file as it is, in a table of its own: what is counted from it touches nothing of ours but whether the
# case has a place, because only a case with a place has a street to climb to.
_FILE = """
DROP TABLE IF EXISTS pg_temp.replay_file;
CREATE TEMPORARY TABLE replay_file (
    id text PRIMARY KEY, opened timestamptz, target timestamptz, closed timestamptz, placed boolean
) ON COMMIT DROP
"""

_VERDICT_OF_FILE = """
SELECT id, CASE
    WHEN target IS NULL THEN 'without a target'
    WHEN closed <= target THEN 'closed within the target'
    WHEN closed > target THEN 'closed late'
    WHEN target < %(end)s THEN 'open past the target'
    ELSE 'open within the target' END
FROM replay_file
"""

# Ours: the due time that the accepted case got, and the moment it was closed, both from the timeline.
_VERDICT_OF_TIMELINE = """
SELECT c.external_id, CASE
    WHEN accepted.due_after IS NULL THEN 'without a target'
    WHEN closed.at <= accepted.due_after THEN 'closed within the target'
    WHEN closed.at > accepted.due_after THEN 'closed late'
    WHEN accepted.due_after < %(end)s THEN 'open past the target'
    ELSE 'open within the target' END
FROM cases_case c
JOIN grids_area a ON a.id = c.district_id AND a.code = %(city)s
LEFT JOIN cases_caseevent accepted ON accepted.case_id = c.id AND accepted.action = 'accept'
LEFT JOIN cases_caseevent closed ON closed.case_id = c.id AND closed.action = 'verify_pass'
"""

_ESCALATIONS_OF_FILE = """
WITH missed AS (
    -- Nobody can be late before the request was made.
    SELECT placed, greatest(target, opened) AS at, least(coalesce(closed, 'infinity'), %(end)s) AS until
    FROM replay_file WHERE target IS NOT NULL
)
SELECT count(*) FILTER (WHERE placed AND at < until),
       count(*) FILTER (WHERE placed AND at + %(street)s * interval '1 hour' < until),
       count(*) FILTER (WHERE at + (CASE WHEN placed THEN %(street)s + %(district)s ELSE 0 END) * interval '1 hour' < until)
FROM missed
"""

_ESCALATIONS_OF_TIMELINE = """
SELECT count(*) FILTER (WHERE e.action = 'escalate' AND e.level = 2),
       count(*) FILTER (WHERE e.action = 'escalate' AND e.level = 1),
       count(*) FILTER (WHERE e.action = 'supervise')
FROM cases_caseevent e JOIN grids_area a ON a.id = e.district_id AND a.code = %(city)s
"""
_RUNGS = ("to the street", "to the district", "under supervision")


def reconcile(requests: Iterable[Request], end: datetime) -> dict[str, Any]:
    """Both sides, and every request on which they differ; runs inside a transaction.

    Returns verdicts and escalations as {"file": …, "timeline": …}, and "differences": a list of
    {"id", "file", "timeline"}.
    """
    given: dict[str, Any] = {"end": end, "city": CITY, "street": STREET_HOURS, "district": DISTRICT_HOURS}
    by_id = {request.id: request for request in requests}
    with connection.cursor() as cursor:
        cursor.execute(_FILE)
        cursor.execute(
            "SELECT external_id FROM cases_case c JOIN grids_area a ON a.id = c.district_id AND a.code = %(city)s "
            "WHERE c.grid_id IS NOT NULL",
            given,
        )
        placed = {row[0] for row in cursor.fetchall()}
        with cursor.copy("COPY replay_file FROM STDIN") as copy:
            for r in by_id.values():
                copy.write_row((r.id, r.opened_at, r.target_at, r.closed_at, r.id in placed))
        cursor.execute(_VERDICT_OF_FILE, given)
        file = dict(cursor.fetchall())
        cursor.execute(_VERDICT_OF_TIMELINE, given)
        timeline = dict(cursor.fetchall())
        escalations = {}
        for side, query in (("file", _ESCALATIONS_OF_FILE), ("timeline", _ESCALATIONS_OF_TIMELINE)):
            cursor.execute(query, given)
            escalations[side] = dict(zip(_RUNGS, cursor.fetchone(), strict=True))
    differences = [
        {"id": pk, "file": file.get(pk, "not in the file"), "timeline": timeline.get(pk, "not replayed")}
        for pk in sorted(file.keys() | timeline.keys())
        if file.get(pk) != timeline.get(pk)
    ]
    return {
        "requests": len(by_id),
        "placed": len(placed),
        "verdicts": {"file": _count(file.values()), "timeline": _count(timeline.values())},
        "verdicts_of_placed": {
            "file": _count(v for pk, v in file.items() if pk in placed),
            "timeline": _count(v for pk, v in timeline.items() if pk in placed),
        },
        "escalations": escalations,
        "differences": differences,
        "city_disagrees_with_its_own_dates": _own_contradictions(by_id.values(), file),
    }


def _count(verdicts: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for verdict in verdicts:
        counts[verdict] = counts.get(verdict, 0) + 1
    return dict(sorted(counts.items()))


def _own_contradictions(requests: Iterable[Request], verdicts: dict[str, str]) -> dict[str, int]:
    """How often the file's ONTIME / OVERDUE column says something else than its dates, by what each says."""
    said = {"closed within the target": "ONTIME", "closed late": "OVERDUE", "open past the target": "OVERDUE"}
    found: dict[str, int] = {}
    for request in requests:
        verdict = verdicts[request.id]
        if verdict in said and request.verdict != said[verdict]:
            key = f"{verdict}, marked {request.verdict or 'nothing'}"
            found[key] = found.get(key, 0) + 1
    return found
