"""Tasks that follow from cases and findings: checks, verifications, re-checks."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from cases.models import CaseEvent
from cases.workflow import Action, Status
from gridgov import clock
from inspections.models import Task, TaskAction, TaskKind, TaskState
from inspections.notices import tell
from inspections.permissions import may_have
from inspections.services.making import insert_tasks
from inspections.services.plans import CLOSES, OPENS
from inspections.services.tasks import complete_task, step_of_deed, take_task_step
from inspections.task_flow import find_task_step

# How long a re-check may take from the day it falls due.
RECHECK_WITHIN = timedelta(days=2)
# Cases closed longer ago are history.
RECHECK_OF_LAST = timedelta(days=30)
BATCH = 500

# The kind of task for each status of a case that asks for a look, and the steps that answer it.
WAITS_IN = {TaskKind.CHECK: Status.CHECKING, TaskKind.VERIFICATION: Status.HANDLED}
ANSWERED_BY = {
    TaskKind.CHECK: (Action.ANSWER_CHECK,),
    TaskKind.VERIFICATION: (Action.VERIFY_PASS, Action.VERIFY_FAIL),
}

_OF_CASE = {
    "kind": f"CASE WHEN source.status = '{Status.CHECKING}' THEN '{TaskKind.CHECK}' ELSE '{TaskKind.VERIFICATION}' END",
    "title": "COALESCE(class.name, NULLIF(source.description, ''), source.number)",
    "area_id": "COALESCE(source.grid_id, source.community_id, source.street_id, source.district_id)",
    "district_id": "source.district_id",
    "case_id": "source.id",
    # What is overdue already began before.
    "starts_at": "LEAST(%(now)s, source.stage_due_at - interval '1 minute')",
    "due_at": "COALESCE(source.stage_due_at, %(now)s + interval '1 day')",
}
_CASES = """
    cases_case source LEFT JOIN cases_caseclass class ON class.id = source.case_class_id
    WHERE source.status = ANY(%(statuses)s) AND NOT EXISTS (
        SELECT 1 FROM inspections_task there
        WHERE there.case_id = source.id AND there.kind IN ('check', 'verification')
          AND there.state IN ('open', 'assigned', 'begun')
    )
"""
# Whoever found it, if they still walk there.
_ASSIGNEE = """(
    SELECT post.user_id FROM grids_post post JOIN grids_user person ON person.id = post.user_id
    WHERE post.user_id = {finder} AND post.role IN ('inspector', 'grid_leader') AND person.is_active
      AND post.valid_from <= %(today)s AND (post.valid_to IS NULL OR post.valid_to >= %(today)s)
      AND EXISTS (
          SELECT 1 FROM grids_area held, grids_area place
          WHERE held.id = post.area_id AND place.id = object.area_id AND place.path LIKE held.path || '%%'
      )
    LIMIT 1
)"""
_RECHECK = {
    "kind": "%(kind)s",
    "area_id": "object.area_id",
    "district_id": "object.district_id",
    "object_id": "object.id",
    "starts_at": "(day.due + %(opens)s::time) AT TIME ZONE %(zone)s",
    "due_at": "(day.due + %(closes)s::time) AT TIME ZONE %(zone)s + %(within)s",
}
_OF_FINDING = {
    **_RECHECK,
    "title": "item.question",
    "finding_id": "source.id",
    "assignee_id": _ASSIGNEE.format(finder="visit.inspector_id"),
}
_OF_CLOSED_CASE = {
    **_RECHECK,
    "title": _OF_CASE["title"],
    "assignee_id": _ASSIGNEE.format(finder="source.reporter_id"),
}
# One re-check for each time that something was put right, also when a leader has called it off.
_FINDINGS = """
    inspections_finding source
    JOIN inspections_answer answer ON answer.id = source.answer_id
    JOIN inspections_checklistitem item ON item.id = answer.item_id
    JOIN inspections_visit visit ON visit.id = answer.visit_id
    JOIN grids_gridobject object ON object.id = source.object_id AND object.state NOT IN ('closed', 'removed')
    CROSS JOIN LATERAL (
        SELECT ((source.ended_at AT TIME ZONE %(zone)s)::date + %(days)s::int) AS due
    ) day
    WHERE source.confirmed_by_id IS NULL AND source.ended_at IS NOT NULL AND source.state IN ('settled', 'solved')
      AND NOT EXISTS (
          SELECT 1 FROM inspections_task there WHERE there.finding_id = source.id AND there.made_at >= source.ended_at
      )
"""
# Cases that no visit raised: their object is looked at once, whatever else was closed there meanwhile.
_CLOSED_CASES = f"""
    cases_case source LEFT JOIN cases_caseclass class ON class.id = source.case_class_id
    JOIN grids_gridobject object ON object.id = source.object_id AND object.state NOT IN ('closed', 'removed')
    CROSS JOIN LATERAL (
        SELECT ((source.closed_at AT TIME ZONE %(zone)s)::date + %(days)s::int) AS due
    ) day
    WHERE source.status = '{Status.CLOSED}' AND source.closed_at >= %(since)s
      AND NOT EXISTS (SELECT 1 FROM inspections_finding finding WHERE finding.case_id = source.id)
      AND NOT EXISTS (
          SELECT 1 FROM inspections_task there
          WHERE there.object_id = object.id AND there.kind = %(kind)s
            AND (there.made_at >= source.closed_at OR there.state IN ('open', 'assigned', 'begun') OR EXISTS (
                SELECT 1 FROM inspections_taskevent done
                WHERE done.task_id = there.id AND done.action = 'finish' AND done.at >= source.closed_at
            ))
      )
"""  # noqa: S608


# Without patrols: those of retired grids end, and the others' grids have their own.
_MOVE = """
    UPDATE inspections_task task SET area_id = place.area_id, district_id = place.district_id
    FROM (
        SELECT waits.id, there.area_id, there.district_id
        FROM inspections_task waits
        LEFT JOIN grids_gridobject object ON object.id = waits.object_id
        LEFT JOIN cases_case source ON source.id = waits.case_id
        CROSS JOIN LATERAL (
            SELECT COALESCE(
                object.area_id, source.grid_id, source.community_id, source.street_id, source.district_id
            ) AS area_id, COALESCE(object.district_id, source.district_id) AS district_id
        ) there
        WHERE waits.state IN ('open', 'assigned', 'begun') AND waits.plan_id IS NULL AND there.area_id <> waits.area_id
        ORDER BY waits.id FOR NO KEY UPDATE OF waits SKIP LOCKED
    ) place
    WHERE place.id = task.id
    RETURNING task.id
"""


def make_case_tasks() -> int:
    """A task for each case that waits for a look, open to whoever may judge it; returns how many were new.

    Safe to run twice and in two places at once.
    """
    statuses = [str(status) for status in WAITS_IN.values()]
    return len(insert_tasks(_OF_CASE, _CASES, {"statuses": statuses}))


def end_case_tasks() -> int:
    """End the tasks of cases that wait no longer: done by who took the step, if it was theirs to take; else cancelled."""
    waits_no_longer = Q()
    for kind, status in WAITS_IN.items():
        waits_no_longer |= Q(kind=kind) & ~Q(case__status=status)
    over = list(
        Task.objects.pending()
        .filter(waits_no_longer, case__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    for task_id in over:
        _end(task_id)
    return len(over)


def follow_case_times() -> int:
    """Let the tasks of cases fall due when their cases do; returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute("""
            UPDATE inspections_task task
            SET due_at = source.stage_due_at,
                starts_at = LEAST(task.starts_at, source.stage_due_at - interval '1 minute')
            FROM cases_case source
            WHERE source.id = task.case_id AND source.stage_due_at IS NOT NULL
              AND task.state IN ('open', 'assigned', 'begun') AND task.kind IN ('check', 'verification')
              AND task.due_at <> source.stage_due_at
        """)
        return int(cursor.rowcount)


@transaction.atomic
def follow_places() -> int:
    """Let tasks lie where their objects and cases do, should grids have been redrawn; returns how many moved.

    Whoever has one that is not begun and does not walk there gives it back. Safe to run in two places at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVE)
        moved = [row[0] for row in cursor.fetchall()]
    handed_out = Task.objects.filter(pk__in=moved, state=TaskState.ASSIGNED)
    for task in handed_out.select_related("area", "case", "object", "assignee").order_by("pk"):
        step = find_task_step(task.state, TaskAction.PUT_BACK)
        if task.assignee and step and not may_have(task.assignee, task):
            had = task.assignee
            take_task_step(task, step, actor=None, assignee=None)
            tell(task, "task_taken_back", [had], note="")
    return len(moved)


@transaction.atomic
def make_recheck_tasks() -> int:
    """Plan a look, some days later, at whatever was put right (复查); returns how many were new.

    That is a finding which was settled or solved, and the object of a closed case. For whoever found it, if they
    still walk there, else open. Safe to run twice and in two places at once.
    """
    params = {
        "kind": TaskKind.RECHECK.value,
        "days": settings.RECHECK_AFTER_DAYS,
        "opens": OPENS,
        "closes": CLOSES,
        "within": RECHECK_WITHIN,
        "zone": timezone.get_default_timezone_name(),
    }
    closed = {**params, "since": clock.now() - RECHECK_OF_LAST}
    new = [
        *insert_tasks(_OF_FINDING, _FINDINGS, params),
        *insert_tasks(_OF_CLOSED_CASE, _CLOSED_CASES, closed),
    ]
    for task in Task.objects.filter(pk__in=new, assignee__isnull=False).select_related("assignee"):
        tell(
            task,
            "task_recheck",
            [task.assignee] if task.assignee else [],
            starts_at=task.starts_at.isoformat(),
        )
    return len(new)


@transaction.atomic
def _end(task_id: int) -> None:
    task = (
        Task.objects.pending()
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("area")
        .filter(pk=task_id)
        .first()
    )
    if task is None:
        return
    answer = (
        CaseEvent.objects.filter(
            case=task.case_id, action__in=ANSWERED_BY[TaskKind(task.kind)], at__gte=task.made_at
        )
        .select_related("actor")
        .order_by("-seq")
        .first()
    )
    if answer and answer.actor and task.assignee in (None, answer.actor):
        complete_task(task, step_of_deed(task, TaskAction.FINISH), actor=answer.actor, note=answer.note)
        return
    take_task_step(task, step_of_deed(task, TaskAction.CANCEL), actor=None, assignee=task.assignee)
    if task.assignee:
        tell(task, "task_cancelled", [task.assignee], note="")
