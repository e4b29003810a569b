"""When a step was done that a phone tells later."""

from datetime import datetime, timedelta

from django.db.models import F

from cases.models import Case
from gridgov import clock

# What is told later than this counts as done so long ago.
LATEST = timedelta(days=7)


def time_of_deed(told: datetime | None, case: Case | None = None) -> datetime | None:
    """When a step was done, as a phone tells it; None when it does not.

    Not after now, nor longer ago than `LATEST`, nor before the case came to where the step begins; one query.
    """
    if told is None:
        return None
    now = clock.now()
    since = _came_here(case) if case else None
    return min(max(told, now - LATEST, since or told), now)


def _came_here(case: Case) -> datetime | None:
    """When the last step was done that changed the case's status."""
    moved = case.events.exclude(from_status=F("to_status")).order_by("-seq").first()
    return moved and moved.happened_at
