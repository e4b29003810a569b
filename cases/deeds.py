"""When a step was done that a phone tells later."""

from datetime import datetime, timedelta

from django.db.models import F

from cases.models import Case
from cases.workflow import Step
from gridgov import clock

# What is told later than this counts as done so long ago.
LATEST = timedelta(days=7)


def time_of_deed(
    told: datetime | None, case: Case | None = None, step: Step | None = None
) -> datetime | None:
    """When a step was done, as a phone tells it; None when it does not.

    Not after now, nor longer ago than `LATEST`, nor before the step could be taken; one query.
    """
    if told is None:
        return None
    now = clock.now()
    since = _possible_since(case, step) if case and step else told
    return min(max(told, now - LATEST, since), now)


def _possible_since(case: Case, step: Step) -> datetime:
    """When the case came to where a step begins; what leaves it there could be done since it was reported."""
    if step.source == step.target:
        return case.reported_at
    moved = case.events.exclude(from_status=F("to_status")).order_by("-seq").first()
    return moved.happened_at if moved else case.reported_at
