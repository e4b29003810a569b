"""What the worker does by itself for the ground floor."""

from datetime import timedelta

from axes.models import AccessLog
from celery import shared_task
from django.contrib.sessions.models import Session

from gridgov import clock, evidence, heartbeat, idempotency, outbox, photos_ahead

# Longer than a phone stays without signal.
KEEP_ANSWERS = timedelta(days=60)
# What happened stands in the timeline; a notice only says that it is new.
KEEP_NOTICES = timedelta(days=180)
# Longer than a phone keeps something that was refused.
KEEP_WAITING_PHOTOS = timedelta(days=60)
# Longer than somebody sits before a form.
KEEP_STRANGERS_PHOTOS = timedelta(days=1)
# What the regulations on the security of networks (网络安全法, article 21) ask for.
KEEP_LOG_INS = timedelta(days=183)


@shared_task
def deliver_notices() -> None:
    """Send what waits in the outbox."""
    heartbeat.beat("worker")
    outbox.deliver_notices()


@shared_task
def clean_up() -> None:
    """Forget old answers, notices, log-ins and photos that nothing has claimed, and take away yesterday's files that no photo knows."""
    idempotency.forget_answers(clock.now() - KEEP_ANSWERS)
    outbox.forget_notices(clock.now() - KEEP_NOTICES)
    now = clock.now()
    photos_ahead.forget_waiting_photos(
        now - KEEP_WAITING_PHOTOS, strangers_before=now - KEEP_STRANGERS_PHOTOS
    )
    AccessLog.objects.filter(attempt_time__lt=clock.now() - KEEP_LOG_INS).delete()
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    evidence.remove_stray_photos(clock.now() - timedelta(days=1))
