"""Work in the background; everything here is safe to run twice and in two places at once."""

import logging
from collections.abc import Callable
from datetime import timedelta

from celery import shared_task

from gridgov import clock
from inspections.services.campaigns import finish_campaign_tasks, make_campaign_tasks
from inspections.services.duty import cover_grids, days_to_cover, forget_tracks
from inspections.services.errands import (
    end_case_tasks,
    follow_case_times,
    follow_places,
    make_case_tasks,
    make_recheck_tasks,
)
from inspections.services.findings import follow_cases
from inspections.services.leave import hand_over_tasks
from inspections.services.plans import end_missed_patrols, make_planned_tasks
from inspections.services.tasks import lapse_tasks
from inspections.times import beginning_of

logger = logging.getLogger(__name__)

# What findings' cases came to is known before re-checks are planned; old tasks of a case end before new ones begin.
KEPT: tuple[Callable[[], object], ...] = (
    lapse_tasks,
    end_case_tasks,
    make_case_tasks,
    follow_case_times,
    follow_places,
    follow_cases,
    make_recheck_tasks,
    finish_campaign_tasks,
    # After all that gives tasks to people.
    hand_over_tasks,
)


@shared_task
def keep_tasks() -> None:
    """Every minute: what was not begun goes back, and what follows from cases, findings and visits is made or ended."""
    for keep in KEPT:
        try:
            keep()
        except Exception:  # one kind of tasks must not hold up the others
            logger.exception("%s failed", keep.__name__)


@shared_task
def plan_tasks() -> None:
    """Every hour: the tasks of today's plans and campaigns, also of those that were made today; yesterday's end."""
    end_missed_patrols()
    make_planned_tasks()
    make_campaign_tasks()


@shared_task
def keep_tracks() -> None:
    """Every night: how much of each grid was covered, yesterday and on days of which a phone told since; old tracks go."""
    for day in days_to_cover(told_since=beginning_of(clock.today() - timedelta(days=1))):
        cover_grids(day)
    forget_tracks()
