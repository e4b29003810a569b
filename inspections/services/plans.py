"""Patrols by plan: each day's tasks."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from gridgov import clock
from inspections.models import PatrolPlan, Rhythm, TaskAction, TaskKind
from inspections.services.making import FIRST_INSPECTOR, insert_tasks
from inspections.times import beginning_of

# 一日双巡: once in the morning, once in the afternoon.
MORNING = (time(8, 30), time(12, 0))
AFTERNOON = (time(14, 0), time(17, 30))
OPENS, CLOSES = MORNING[0], AFTERNOON[1]
# Within so many days every rhythm comes round.
_LONGEST = 32

_SELECT = {
    "kind": "%(kind)s",
    "title": "source.name",
    "area_id": "grid.id",
    "district_id": "district.id",
    "plan_id": "source.id",
    # Where the plan's types name one thing in the grid, such as its streets, the patrol is the visit of that.
    "object_id": """(
        SELECT min(object.id) FROM grids_gridobject object
        JOIN inspections_patrolplan_types wanted
          ON wanted.objecttype_id = object.type_id AND wanted.patrolplan_id = source.id
        WHERE object.area_id = grid.id AND object.state NOT IN ('closed', 'removed')
        HAVING count(*) = 1
    )""",
    "skill_id": "source.skill_id",
    "starts_at": "slot.starts_at",
    "due_at": "slot.due_at",
    "assignee_id": f"CASE WHEN source.to_grid_inspector THEN ({FIRST_INSPECTOR}) END",
}
# What is there already is left out before, so that a second run writes nothing and takes no numbers.
_SOURCE = """
    unnest(%(plans)s::bigint[], %(starts)s::timestamptz[], %(dues)s::timestamptz[]) slot (plan_id, starts_at, due_at)
    JOIN inspections_patrolplan source ON source.id = slot.plan_id
    JOIN grids_area top ON top.id = source.area_id
    JOIN grids_area grid ON grid.path LIKE top.path || '%%' AND grid.level = 5 AND grid.retired_on IS NULL
    JOIN grids_area district ON district.code = split_part(grid.path, '/', 2)
    WHERE NOT EXISTS (
        SELECT 1 FROM inspections_task there
        WHERE there.plan_id = source.id AND there.area_id = grid.id AND there.starts_at = slot.starts_at
    )
"""


def make_planned_tasks(day: date | None = None) -> int:
    """The patrols of a day (today) in every grid of the plans; returns how many were new.

    Weekly and monthly ones begin on their day and last until the next; a day that was missed is made up for as long
    as there is time. Safe to run twice and in two places at once.
    """
    day = day or clock.today()
    plans = PatrolPlan.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    slots = [(plan.pk, *slot) for plan in plans.order_by("pk") for slot in slots_of(plan, day)]
    if not slots:
        return 0
    ids, starts, dues = (list(column) for column in zip(*slots, strict=True))
    params = {"plans": ids, "starts": starts, "dues": dues, "kind": TaskKind.PATROL.value}
    return len(insert_tasks(_SELECT, _SOURCE, params))


@transaction.atomic
def end_missed_patrols() -> int:
    """Call off the patrols of earlier days and of retired grids that nobody has begun, by the clock; returns how many.

    They would bury today's; that they were missed stands in their story. Where a grid was redrawn into others, its
    campaigns end too: the others get their own.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH missed AS (
                UPDATE inspections_task SET state = 'cancelled', begin_by = NULL, version = version + 1
                WHERE id IN (
                    SELECT task.id FROM inspections_task task JOIN grids_area area ON area.id = task.area_id
                    WHERE task.state IN ('open', 'assigned') AND (
                        (task.plan_id IS NOT NULL AND (task.due_at < %s OR area.retired_on IS NOT NULL))
                        OR (task.campaign_id IS NOT NULL AND area.retired_on IS NOT NULL)
                    )
                    ORDER BY task.id FOR NO KEY UPDATE OF task SKIP LOCKED
                )
                RETURNING id, district_id, version, assignee_id
            )
            INSERT INTO inspections_taskevent (task_id, district_id, seq, action, assignee_id, at, note)
            SELECT id, district_id, version, %s, assignee_id, %s, '' FROM missed
            """,
            [beginning_of(clock.today()), TaskAction.CANCEL.value, clock.now()],
        )
        return int(cursor.rowcount)


def slots_of(plan: PatrolPlan, day: date) -> Iterator[tuple[datetime, datetime]]:
    """From when to when a plan's patrols of a day go, local time; without those that are over."""
    for first, opens, last, closes in _slots(plan, day):
        starts_at, due_at = (
            timezone.make_aware(datetime.combine(*at)) for at in ((first, opens), (last, closes))
        )
        if due_at > clock.now() and first >= plan.valid_from:
            yield starts_at, due_at


def next_slots(plan: PatrolPlan) -> list[tuple[datetime, datetime]]:
    """The plan's patrols of the first day from today on that has any, see `slots_of`; none where it is over."""
    first = max(clock.today(), plan.valid_from)
    days = (first + timedelta(days=days) for days in range(_LONGEST))
    days = (day for day in days if not plan.valid_to or day <= plan.valid_to)
    return next((slots for day in days if (slots := list(slots_of(plan, day)))), [])


def _slots(plan: PatrolPlan, day: date) -> Iterator[tuple[date, time, date, time]]:
    match plan.rhythm:
        case Rhythm.TWICE_A_DAY:
            yield from ((day, opens, day, closes) for opens, closes in (MORNING, AFTERNOON))
        case Rhythm.DAILY:
            yield day, OPENS, day, CLOSES
        case Rhythm.WEEKLY:
            first = day - timedelta(days=(day.isoweekday() - plan.on_day) % 7)
            yield first, OPENS, first + timedelta(days=6), CLOSES
        case Rhythm.MONTHLY:
            this = day.replace(day=plan.on_day)
            first = this if this <= day else _month_before(this)
            yield first, OPENS, _month_after(first) - timedelta(days=1), CLOSES


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=day.day)


def _month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=day.day)
