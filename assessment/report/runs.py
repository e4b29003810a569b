"""Reports that are being set as PDF in the background: begun, followed by who asked, and kept for a while when done."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from assessment.report.month import report_of
from assessment.report.page import told_of
from assessment.report.paper import pdf_of
from grids.models import Area, User

_TEMPLATE = "assessment/report_paper.html"
# Who waits asks every other second; what says nothing for so long is lost.
_SILENT_SECONDS = 5 * 60
_KEPT_SECONDS = 30 * 60


def begin_pdf(user: User, area: Area, month: date, *, site: str) -> str:
    """Have a report set by a worker; returns by what it is asked for."""
    run = uuid4().hex
    _keep(user.pk, run, {"done": 0, "name": f"report-{area.code}-{month:%Y-%m}.pdf"}, _SILENT_SECONDS)
    asked = (user.pk, area.pk, month.isoformat(), translation.get_language(), site, run)
    from assessment.tasks import make_report_pdf as task  # noqa: PLC0415 - tasks call what is here

    transaction.on_commit(lambda: task.delay(*asked))
    return run


def make_pdf(user_id: int, area_id: int, month: str, language: str, site: str, run: str) -> None:  # noqa: PLR0917
    """Set a report for somebody who asked for it; safe to run twice."""
    found = cache.get(_name(user_id, run))
    if not found:
        return
    user, area = User.objects.get(pk=user_id), Area.objects.get(pk=area_id)
    try:
        with translation.override(language):
            told = told_of(report_of(user, area, date.fromisoformat(month)))
            _keep(user_id, run, found | {"done": 1}, _SILENT_SECONDS)
            pdf = pdf_of(_TEMPLATE, told, site=site)
    except Exception:
        _keep(user_id, run, found | {"failed": True}, _KEPT_SECONDS)
        raise
    _keep(user_id, run, found | {"done": 2, "pdf": pdf}, _KEPT_SECONDS)


def pdf_for(user: User, run: str) -> dict[str, Any]:
    """How far it is: `done` of two steps, `failed`, or `pdf` with its `name`; empty for what is none of theirs, or gone."""
    found: dict[str, Any] = cache.get(_name(user.pk, run)) or {}
    return found


def _keep(user_id: int, run: str, far: dict[str, Any], seconds: int) -> None:
    cache.set(_name(user_id, run), far, seconds)


def _name(user_id: int, run: str) -> str:
    # Others may share the Redis.
    return f"report_pdf:{connection.settings_dict['NAME']}:{user_id}:{run}"
