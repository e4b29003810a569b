"""Work in the background."""

import logging
from typing import Any
from uuid import UUID

from celery import shared_task
from django.core.cache import cache

from dispatch.preview_runs import Busy, run_preview
from dispatch.services.emergency import end_with_their_cases
from dispatch.services.handover import tell_late_handovers
from dispatch.services.operation_unit import miss_units
from dispatch.sweep import sweep as run_sweep
from gridgov import clock

logger = logging.getLogger(__name__)


def sweep_cases() -> None:
    """Move what is due among the cases, and say that it was done."""
    run_sweep()
    cache.set("sweep_heartbeat", clock.now().timestamp(), timeout=None)


# Each on its own: one that breaks holds up no other.
PARTS = (sweep_cases, miss_units, end_with_their_cases, tell_late_handovers)


@shared_task
def sweep() -> None:
    """Move what is due; safe to run twice and in two places at once."""
    for part in PARTS:
        try:
            part()
        except Exception:
            logger.exception("the sweep could not finish %s", part.__name__)


@shared_task(bind=True, max_retries=None)
def preview_escalation(self: Any, key: str) -> None:
    """Work out what escalation rules would have done, one after the other; only looks."""
    try:
        run_preview(UUID(key))
    except Busy as busy:
        raise self.retry(exc=busy, countdown=5) from busy
