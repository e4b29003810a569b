"""The monthly report as its page and its PDF show it: with bars, lines and addresses."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.drawing import bars_of, lines_of, strip_of
from assessment.figures.answer import Slice
from assessment.figures.measures import BY_NAME
from assessment.figures.question import Question
from assessment.models import FactsRead
from assessment.report.month import Report
from assessment.report.paper import ink
from assessment.report.work import LATENESS, Late

# Of the measures, those that a month is told by.
_SHOWN = ("reported", "registered", "settled", "handled", "in_time", "closed", "reworked", "open", "overdue")
MOST_LATE = 15


def told_of(report: Report) -> dict[str, Any]:
    """The report with what its page and its PDF draw and link."""
    question = report.answer.question
    return {
        "report": report,
        "headline": _headline(report),
        "lines": lines_of(report.answer),
        "ink": ink(),
        "parts": [
            (pgettext("report", "By class"), _rows(question, report.classes)),
            (pgettext("report", "By channel"), _rows(question, report.channels)),
            (pgettext("report", "By area"), _rows(question, report.answer.slices)),
        ],
        "measures": [BY_NAME[name] for name in _SHOWN],
        "total": question.opening(report.answer.total, {}, _SHOWN),
        "total_percent": report.answer.total.in_time_percent,
        "days": [
            (each.label, *question.opening(each.figures, each.narrow, _SHOWN[:1]))
            for each in report.answer.time
        ],
        "hours": bars_of([(each, each.average) for each in report.hours]),
        "rankings": [(each, strip_of(each.levels)) for each in report.rankings],
        "late": [
            (_("By unit"), _late(report, "unit", report.lateness.units)),
            (_("By area"), _late(report, "area", report.lateness.areas)),
            (_("By class"), _late(report, "class", report.lateness.classes)),
        ],
        "late_url": _late_url(report, of="missed"),
        "verdicts": bars_of([(each, each.percent) for each in report.verdicts], most=100),
        "read": FactsRead.objects.filter(pk=1).first(),
    }


def _late(report: Report, by: str, parts: Sequence[Late]) -> list[dict[str, Any]]:
    """Where anything was missed, most first; each number with the address of its list."""
    return [
        {
            "label": bar.of.label,
            "length": bar.length,
            "percent": bar.of.percent,
            "cells": [
                (getattr(bar.of, of), _late_url(report, of=of, by=by, key=bar.of.key or ""))
                for of in LATENESS
            ],
        }
        for bar in bars_of([(each, each.missed) for each in parts[:MOST_LATE] if each.missed])
    ]


def _late_url(report: Report, **asked: Any) -> str:
    asked = {"area": report.area.code, "month": f"{report.month:%Y-%m}", **asked}
    return f"{reverse('assessment:late_handling')}?{urlencode(asked)}"


def _headline(report: Report) -> list[dict[str, Any]]:
    """The month's numbers, each with what it was the month before."""
    question, now, before = report.answer.question, report.answer.total, report.before
    found = []
    for name in _SHOWN:
        stat: dict[str, Any] = {
            "label": BY_NAME[name].label,
            "number": now.counts[name],
            "url": question.list_url(name),
        }
        if before.counts["reported"]:
            stat["note"] = _("last month %(n)d") % {"n": before.counts[name]}
        if name == "in_time" and now.in_time_percent is not None:
            stat["note"] = _("%(percent)d %% of what was handled") % {"percent": now.in_time_percent}
        found.append(stat)
    return found


def _rows(question: Question, slices: list[Slice]) -> list[dict[str, Any]]:
    bars = bars_of([(each, each.figures.counts["reported"]) for each in slices])
    return [
        {
            "label": bar.of.label,
            "length": bar.length,
            "cells": question.opening(bar.of.figures, bar.of.narrow, _SHOWN),
            "percent": bar.of.figures.in_time_percent,
        }
        for bar in bars
    ]
