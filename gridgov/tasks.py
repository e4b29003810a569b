"""What the worker does by itself for the ground floor."""

from datetime import timedelta

from celery import shared_task

from gridgov import clock, evidence, heartbeat, idempotency, outbox, photos_ahead

# Longer than a phone stays without signal.
KEEP_ANSWERS = timedelta(days=60)
# What happened stands in the timeline; a notice only says that it is new.
KEEP_NOTICES = timedelta(days=180)
# Longer than a phone keeps something that was refused.
KEEP_WAITING_PHOTOS = timedelta(days=60)
# Longer than somebody sits before a form.
KEEP_STRANGERS_PHOTOS = timedelta(days=1)


@shared_task
def deliver_notices() -> None:
    """Send what waits in the outbox."""
    heartbeat.beat("worker")
    outbox.deliver_notices()


@shared_task
def clean_up() -> None:
    """Forget old answers, notices and photos that nothing has claimed, and take away yesterday's files that no photo knows."""
    idempotency.forget_answers(clock.now() - KEEP_ANSWERS)
    outbox.forget_notices(clock.now() - KEEP_NOTICES)
    now = clock.now()
    photos_ahead.forget_waiting_photos(
        now - KEEP_WAITING_PHOTOS, strangers_before=now - KEEP_STRANGERS_PHOTOS
    )
    evidence.remove_stray_photos(clock.now() - timedelta(days=1))
