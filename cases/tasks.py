"""What the worker does by itself for cases."""

from celery import shared_task

from cases.services.contact import forget_contacts as clear_contacts


@shared_task
def forget_contacts() -> None:
    """Clear the contacts of cases that ended long ago; safe to run twice."""
    clear_contacts()
