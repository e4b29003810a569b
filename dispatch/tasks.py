"""Work in the background."""

from uuid import UUID

from celery import shared_task
from django.core.cache import cache

from dispatch.preview_runs import run_preview
from dispatch.services.emergency import end_with_their_cases
from dispatch.services.handover import tell_late_handovers
from dispatch.services.operation_unit import miss_units
from dispatch.sweep import sweep as run_sweep
from gridgov import clock


@shared_task
def sweep() -> None:
    """Move what is due; safe to run twice and in two places at once."""
    run_sweep()
    miss_units()
    end_with_their_cases()
    tell_late_handovers()
    cache.set("sweep_heartbeat", clock.now().timestamp(), timeout=None)


@shared_task
def preview_escalation(key: str) -> None:
    """Work out what escalation rules would have done; only looks."""
    run_preview(UUID(key))
