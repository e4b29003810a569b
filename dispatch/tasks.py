"""Work in the background."""

from celery import shared_task
from django.core.cache import cache

from dispatch.sweep import sweep as run_sweep
from gridgov import clock


@shared_task
def sweep() -> None:
    """Move what is due; safe to run twice and in two places at once."""
    run_sweep()
    cache.set("sweep_heartbeat", clock.now().timestamp(), timeout=None)
