"""Reading the stages of cases from their timelines, in one statement."""

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from cases.deadlines import STAGE_OF
from cases.models import Case, Stage
from cases.workflow import Action, Status
from grids.models import Role

# A row of the timeline turns a stage when it moves the case on, or up to another centre whose own work it is. Units and
# inspectors keep what climbs, and a suspension interrupts handling without ending it.
_TURNS = f"""(e.from_status <> e.to_status AND e.action NOT IN ('{Action.SUSPEND}', '{Action.DEFER}', '{Action.RESUME}')
    OR e.action = '{Action.ESCALATE}' AND e.to_status IN ('{Status.REPORTED}', '{Status.REGISTERED}'))"""

_LOOKS = f"('{Action.ANSWER_CHECK}', '{Action.VERIFY_PASS}', '{Action.VERIFY_FAIL}')"

# Who answers for a grid on a day: a stand-in before the one who is away, the one named as responsible before others.
RESPONSIBLE = f"""(
    SELECT post.user_id FROM grids_post post
    WHERE post.area_id = {{grid}} AND post.role = '{Role.INSPECTOR}'
        AND post.valid_from <= ({{moment}} AT TIME ZONE '{settings.TIME_ZONE}')::date
        AND (post.valid_to IS NULL OR post.valid_to >= ({{moment}} AT TIME ZONE '{settings.TIME_ZONE}')::date)
    ORDER BY post.deputy_of_id IS NULL, NOT post.is_responsible, post.id LIMIT 1
)"""  # noqa: S608 - names of ours

# Where a case lay when a row of its timeline was written: before it is registered, its place may be corrected.
_AREAS = ("district_id", "street_id", "subdistrict_id", "community_id", "grid_id")
_WAS = ", ".join(
    f"CASE WHEN amended.was IS NULL THEN c.{name} ELSE (amended.was ->> '{name}')::bigint END AS {name}"
    for name in _AREAS
)

_WRITE = f"""
WITH numbered AS (
    SELECT e.*, {_TURNS} AS turns, count(*) FILTER (WHERE {_TURNS}) OVER (PARTITION BY e.case_id ORDER BY e.seq) AS n
    FROM cases_caseevent e WHERE e.case_id IN ({{cases}})
),
-- Each row of a stage; what turns one ends the stage before and begins its own. Counted by stage in one go: joined, the
-- planner has nothing to guess their numbers by.
parts AS (
    SELECT *, n AS stage_n, turns AS begins, false AS ends FROM numbered
    UNION ALL
    SELECT *, n - 1, false, true FROM numbered WHERE turns
),
stages AS (
    SELECT case_id,
        max(seq) FILTER (WHERE begins) AS seq, max(action) FILTER (WHERE begins) AS action,
        max(CASE to_status {" ".join(f"WHEN '{status}' THEN '{stage}'" for status, stage in STAGE_OF.items())} END)
            FILTER (WHERE begins) AS stage,
        max(at) FILTER (WHERE begins) AS at, max(due_after) FILTER (WHERE begins) AS due_after,
        max(holder_id) FILTER (WHERE begins) AS holder_id, max(level) FILTER (WHERE begins) AS level,
        max(unit_id) FILTER (WHERE begins) AS unit_id, bool_and(begins) AS is_new,
        max(seq) FILTER (WHERE ends) AS ended_seq, max(action) FILTER (WHERE ends) AS ended_by,
        max(at) FILTER (WHERE ends) AS ended_at, max(coalesce(done_at, at)) FILTER (WHERE ends) AS done_at,
        max(actor_id) FILTER (WHERE ends) AS ended_person, max(unit_id) FILTER (WHERE ends) AS ended_unit,
        bool_or(ends) AS has_ended, max(due_before) FILTER (WHERE ends) AS end_due,
        -- A ring tells when it rings, not when anything was due.
        min(due_before) FILTER (WHERE NOT begins AND due_before <= at AND action <> '{Action.RING}') AS missed_due,
        (array_agg(due_after ORDER BY seq DESC) FILTER (WHERE NOT begins))[1] AS last_due,
        sum(elapsed_minutes) FILTER (
            WHERE ends OR NOT begins AND action IN ('{Action.ESCALATE}', '{Action.SUSPEND}', '{Action.DEFER}', '{Action.ALARM}')
        ) AS minutes,
        min(at) FILTER (WHERE NOT begins AND action = '{Action.EXTEND}') AS extended_at,
        min(at) FILTER (WHERE NOT begins AND action IN ('{Action.SUSPEND}', '{Action.DEFER}')) AS suspended_at,
        min(at) FILTER (WHERE NOT begins AND action = '{Action.DEFER}') AS deferred_at,
        min(at) FILTER (
            WHERE NOT begins AND action = '{Action.REFUSE_REQUEST}' AND data ->> 'asked' = '{Action.ASK_RETURN}'
        ) AS kept_at
    FROM parts
    GROUP BY case_id, stage_n
    HAVING bool_or(begins AND to_status IN ({", ".join(f"'{status}'" for status in STAGE_OF)}))
)
INSERT INTO assessment_stagefact (
    case_id, seq, ended_seq, stage, began_by, ended_by, holder_id, level, unit_id, person_id, shift_leader_id,
    {", ".join(_AREAS)}, began_at, ended_at, done_at, due_at, minutes, extended_at, suspended_at, deferred_at, kept_at,
    followed_by, followed_at, voided_at
)
SELECT s.case_id, s.seq, s.ended_seq, s.stage, s.action, coalesce(s.ended_by, ''), s.holder_id, s.level,
    CASE WHEN s.stage IN ('{Stage.ACCEPT}', '{Stage.HANDLING}') THEN s.unit_id
         WHEN s.stage = '{Stage.DISPATCH}' AND s.ended_by = '{Action.DISPATCH}' THEN s.ended_unit
         WHEN s.stage = '{Stage.VERIFICATION}' THEN s.unit_id END,
    CASE WHEN s.stage IN ('{Stage.CHECK}', '{Stage.VERIFICATION}')
              AND (coalesce(s.ended_by, '') NOT IN {_LOOKS} OR s.ended_at > due.at)
         THEN {RESPONSIBLE.format(grid="place.grid_id", moment="s.at")}
         ELSE s.ended_person END,
    (
        SELECT shift.user_id FROM dispatch_shift shift
        WHERE shift.organisation_id = s.holder_id AND shift.area_id IS NULL
            AND shift.starts_at <= s.at AND shift.ends_at > s.at
        ORDER BY shift.id LIMIT 1
    ),
    {", ".join(f"place.{name}" for name in _AREAS)}, s.at, s.ended_at, s.done_at, due.at,
    coalesce(s.minutes, 0), s.extended_at, s.suspended_at, s.deferred_at, s.kept_at,
    coalesce(next.action, ''), next.at, void.at
FROM stages s
JOIN cases_case c ON c.id = s.case_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN s.missed_due IS NOT NULL THEN s.missed_due WHEN s.has_ended THEN s.end_due
                WHEN s.is_new THEN s.due_after ELSE s.last_due END AS at
) due
LEFT JOIN LATERAL (
    SELECT e.data -> 'was' AS was FROM cases_caseevent e
    WHERE s.stage IN ('{Stage.INTAKE}', '{Stage.CHECK}') AND e.case_id = s.case_id AND e.seq > s.seq
        AND e.action = '{Action.AMEND}' AND e.data ? 'was'
    ORDER BY e.seq LIMIT 1
) amended ON true
CROSS JOIN LATERAL (SELECT {_WAS}) place
LEFT JOIN LATERAL (
    SELECT e.action, e.at, e.unit_id FROM cases_caseevent e
    WHERE e.case_id = s.case_id AND e.seq > s.ended_seq AND (
        s.ended_by = '{Action.FEED_BACK}' AND e.action IN ('{Action.VERIFY_PASS}', '{Action.VERIFY_FAIL}', '{Action.VOID}')
        OR s.ended_by = '{Action.ANSWER_CHECK}' AND e.action IN ('{Action.REGISTER}', '{Action.REFUSE}', '{Action.MERGE}')
        OR s.ended_by = '{Action.DISPATCH}' AND e.action IN ('{Action.DISPATCH}', '{Action.REOPEN}')
    )
    ORDER BY e.seq LIMIT 1
) next ON s.ended_by <> '{Action.DISPATCH}' OR next.action = '{Action.DISPATCH}' AND next.unit_id <> s.ended_unit
LEFT JOIN LATERAL (
    SELECT e.at FROM cases_caseevent e WHERE e.case_id = s.case_id AND e.action = '{Action.VOID}' LIMIT 1
) void ON true
"""  # noqa: S608 - names of ours


def write_stage_facts(cases: QuerySet[Case]) -> None:
    """Make the rows of these cases' stages anew; the caller holds the roll-up's lock."""
    sql, params = cases.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM assessment_stagefact WHERE case_id IN ({sql})", params)  # noqa: S608
        cursor.execute(_WRITE.replace("{cases}", sql), params)
