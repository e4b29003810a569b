"""What the worker does by itself for the registry."""

from datetime import timedelta

from celery import shared_task

from gridgov import clock
from grids.services import announcements, api_keys, department_feeds, registry_import
from grids.services.residents import forget_residents as delete_ended_records


@shared_task
def forget_residents() -> None:
    """Delete residents' records some days after their service; safe to run twice."""
    delete_ended_records()


# Longer than one chunk takes, also on a busy machine.
STANDS_STILL = timedelta(minutes=3)
KEEP_IMPORTS = timedelta(days=60)


@shared_task
def work_on_import(import_id: int) -> None:
    """Read a file of objects, or take it over; safe to run twice and at once."""
    registry_import.work_on_import(import_id)


@shared_task
def resume_imports() -> None:
    """Go on with imports whose worker was lost, or that never reached one."""
    for import_id in registry_import.resume_imports(clock.now() - STANDS_STILL):
        work_on_import.delay(import_id)


@shared_task
def forget_imports() -> None:
    """Throw old imports' files and previews away; what was taken over stays."""
    registry_import.forget_imports(clock.now() - KEEP_IMPORTS)


@shared_task
def say_overdue_feeds() -> None:
    """Say once of each form whose delivery is late that it is."""
    department_feeds.say_overdue_feeds()


@shared_task
def ring_for_overdue_orders() -> None:
    """Say once of each order who has not confirmed it in time."""
    announcements.ring_for_overdue_orders()


# Long enough to see who did what when something is found out late.
KEEP_KEY_USES = timedelta(days=90)


@shared_task
def forget_key_uses() -> None:
    """Throw away what keys did long ago."""
    api_keys.forget_uses(clock.now() - KEEP_KEY_USES)
