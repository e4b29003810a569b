"""Work in the background; everything here is safe to run twice and in two places at once."""

from celery import shared_task

from assessment.services.facts import mend_facts as run_mend_facts
from assessment.services.facts import read_facts as run_read_facts


@shared_task
def read_facts() -> None:
    """Every few seconds: figures follow what happened."""
    run_read_facts()


@shared_task
def mend_facts() -> None:
    """Every night: what no hint of the timeline told, such as a long transaction that came late."""
    run_mend_facts()
