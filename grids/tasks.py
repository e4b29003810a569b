"""What the worker does by itself for the registry."""

from celery import shared_task

from grids.services.residents import forget_residents as delete_ended_records


@shared_task
def forget_residents() -> None:
    """Delete residents' records some days after their service; safe to run twice."""
    delete_ended_records()
