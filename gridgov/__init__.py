"""The project and its ground floor: settings, clock, working time, outbox, evidence, idempotency."""

from gridgov.celery import app as celery_app

__all__ = ["celery_app"]
