"""Periods that are being computed in the background: begun, followed by whoever looks, and forgotten when done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from assessment.models import Period
from assessment.permissions import can_run_assessment
from assessment.services.periods import PeriodIsPublished, compute_period
from gridgov.errors import DomainError, NotFoundForYou, NotPermitted
from grids.models import User

# Work that says nothing for so long is over, or was lost with its machine.
_SILENT_SECONDS = 15 * 60
# So long it is told that it failed, unless it is begun again.
_FAILED_SECONDS = 24 * 3600


def begin_computing(period_id: int, *, actor: User) -> None:
    """Have a period computed by a worker; while it is being computed nothing is begun anew.

    Raises `NotPermitted`, `NotFoundForYou` and `PeriodIsPublished` before anything is sent to work.
    """
    if not can_run_assessment(actor):
        raise NotPermitted()
    period = Period.objects.filter(pk=period_id).first()
    if period is None:
        raise NotFoundForYou()
    if period.is_shown:
        raise PeriodIsPublished()
    run = str(uuid4())
    begun = {"run": run, "done": 0, "total": 0}
    if not cache.add(_name(period_id), begun, _SILENT_SECONDS):
        if is_computing(period_id):
            return
        _keep(period_id, begun)
    from assessment.tasks import compute_period as task  # noqa: PLC0415 - tasks call what is here

    transaction.on_commit(lambda: task.delay(period_id, actor.pk, run))


def run_computing(period_id: int, user_id: int, run: str) -> None:
    """Compute a period for somebody and tell how far it is; safe to run twice and in two places at once."""

    def advance(done: int, total: int) -> None:
        _keep(period_id, {"run": run, "done": done, "total": total})

    user = User.objects.get(pk=user_id)
    try:
        compute_period(period_id, actor=user, advance=advance)
    except DomainError as error:
        _fail(period_id, run, error, user.language)
    except Exception:
        _fail(period_id, run)
        raise
    else:
        if (far := cache.get(_name(period_id))) and far["run"] == run:
            cache.delete(_name(period_id))


def is_computing(period_id: int) -> bool:
    """Whether it waits for a worker, or one works on it."""
    far = how_far(period_id)
    return bool(far) and "failed" not in far


def are_computing(period_ids: Iterable[int]) -> set[int]:
    """Those of them that are just being computed."""
    names = {_name(pk): pk for pk in period_ids}
    return {names[name] for name, far in cache.get_many(names).items() if "failed" not in far}


def how_far(period_id: int) -> dict[str, Any]:
    """`done` and `total` of a period that is being computed, `failed` (a reason, or empty) of one that could not be; else empty."""
    found: dict[str, Any] = cache.get(_name(period_id)) or {}
    return found


def _fail(period_id: int, run: str, error: DomainError | None = None, language: str = "") -> None:
    with translation.override(language or settings.LANGUAGE_CODE):
        reason = str(error.message) if error else ""
    cache.set(_name(period_id), {"run": run, "failed": reason}, _FAILED_SECONDS)


def _keep(period_id: int, far: dict[str, Any]) -> None:
    cache.set(_name(period_id), far, _SILENT_SECONDS)


def _name(period_id: int) -> str:
    # Others may share the Redis.
    return f"computing_period:{connection.settings_dict['NAME']}:{period_id}"
