"""Work in the background; everything here is safe to run twice and in two places at once."""

from celery import shared_task

from assessment.computing_runs import run_computing
from assessment.report.runs import make_pdf
from assessment.services.facts import mend_facts as run_mend_facts
from assessment.services.facts import read_facts as run_read_facts
from assessment.services.periods import keep_periods as run_keep_periods


@shared_task
def read_facts() -> None:
    """Every few seconds: figures follow what happened."""
    run_read_facts()


@shared_task
def mend_facts() -> None:
    """Every night: what no hint of the timeline told, such as a long transaction that came late."""
    run_mend_facts()


@shared_task
def keep_periods() -> None:
    """Every night: each scheme has the period of today, and all that is not published yet is worked out anew."""
    run_keep_periods()


@shared_task
def compute_period(period_id: int, user_id: int, run: str) -> None:
    """Work out one period for somebody; `run` is the key of its progress."""
    run_computing(period_id, user_id, run)


@shared_task
def make_report_pdf(user_id: int, area_id: int, month: str, language: str, site: str, run: str) -> None:  # noqa: PLR0917
    """Set a monthly report as PDF for somebody who waits for it."""
    make_pdf(user_id, area_id, month, language, site, run)
