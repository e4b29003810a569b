"""What the worker does by itself for the ground floor."""

from datetime import timedelta

from celery import shared_task

from gridgov import clock, evidence, heartbeat, idempotency, outbox

# Longer than a phone stays without signal.
KEEP_ANSWERS = timedelta(days=7)


@shared_task
def deliver_notices() -> None:
    """Send what waits in the outbox."""
    heartbeat.beat("worker")
    outbox.deliver_notices()


@shared_task
def clean_up() -> None:
    """Forget old answers, and take away yesterday's files that no photo knows."""
    idempotency.forget_answers(clock.now() - KEEP_ANSWERS)
    evidence.remove_stray_photos(clock.now() - timedelta(days=1))
