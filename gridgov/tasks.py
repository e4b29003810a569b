"""What the worker does by itself for the ground floor."""

from datetime import timedelta

from celery import shared_task

from gridgov import clock, evidence, heartbeat, idempotency, outbox

# Longer than a phone stays without signal.
KEEP_ANSWERS = timedelta(days=7)
# What happened stands in the timeline; a notice only says that it is new.
KEEP_NOTICES = timedelta(days=180)


@shared_task
def deliver_notices() -> None:
    """Send what waits in the outbox."""
    heartbeat.beat("worker")
    outbox.deliver_notices()


@shared_task
def clean_up() -> None:
    """Forget old answers and notices, and take away yesterday's files that no photo knows."""
    idempotency.forget_answers(clock.now() - KEEP_ANSWERS)
    outbox.forget_notices(clock.now() - KEEP_NOTICES)
    evidence.remove_stray_photos(clock.now() - timedelta(days=1))
