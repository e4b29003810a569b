"""Writing many tasks at once, each once however often and in however many places this runs."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from gridgov import clock
from inspections.models import TaskAction

# The first, by the post's id, who walks the grid itself and can do what the task asks for; for who is away their deputy.
FIRST_INSPECTOR = """
    SELECT post.user_id FROM grids_post post JOIN grids_user person ON person.id = post.user_id
    WHERE post.area_id = grid.id AND post.role = 'inspector' AND person.is_active
      AND post.valid_from <= %(today)s AND (post.valid_to IS NULL OR post.valid_to >= %(today)s)
      AND NOT EXISTS (
          SELECT 1 FROM grids_post deputy
          WHERE deputy.deputy_of_id = post.id AND deputy.valid_from <= %(today)s AND deputy.valid_to >= %(today)s
      )
      AND (source.skill_id IS NULL OR EXISTS (
          SELECT 1 FROM inspections_skill_people held
          WHERE held.skill_id = source.skill_id AND held.user_id = person.id
      ))
    ORDER BY coalesce(post.deputy_of_id, post.id) LIMIT 1
"""
# `rows` names the columns below; whatever breaks a unique constraint is there already.
_INSERT = """
    WITH rows AS ({rows}), made AS (
        INSERT INTO inspections_task (
            kind, title, note, area_id, district_id, object_id, case_id, finding_id, plan_id, campaign_id, skill_id,
            is_urgent, starts_at, due_at, state, assignee_id, begin_by, made_at, version
        )
        SELECT kind, left(title, 120), '', area_id, district_id, object_id, case_id, finding_id, plan_id, campaign_id,
            skill_id, false, starts_at, due_at, CASE WHEN assignee_id IS NULL THEN 'open' ELSE 'assigned' END,
            assignee_id, NULL, %(now)s, 1
        FROM rows
        ON CONFLICT DO NOTHING
        RETURNING id, district_id, assignee_id
    )
    INSERT INTO inspections_taskevent (task_id, district_id, seq, action, actor_id, assignee_id, at, note)
    SELECT id, district_id, 1, %(make)s, NULL, assignee_id, %(now)s, '' FROM made
    RETURNING task_id
"""
_NULLABLE = ("object_id", "case_id", "finding_id", "plan_id", "campaign_id", "skill_id", "assignee_id")


@transaction.atomic
def insert_tasks(select: Mapping[str, str], source: str, params: Mapping[str, Any]) -> list[int]:
    """Insert what a query yields as tasks made by the clock, with their events; returns the new ids.

    `select` maps a task's columns to expressions over `source`, which is everything from FROM on; columns that it
    leaves out are null.
    """
    columns = {**dict.fromkeys(_NULLABLE, "NULL::bigint"), **select}
    rows = "SELECT " + ", ".join(f"{value} AS {name}" for name, value in columns.items()) + f" FROM {source}"  # noqa: S608
    known: dict[str, Any] = {"now": clock.now(), "today": clock.today(), "make": TaskAction.MAKE.value}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(rows=rows), {**known, **params})
        return [row[0] for row in cursor.fetchall()]
