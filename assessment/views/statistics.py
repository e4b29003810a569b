"""The figures of the work, page and files."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessment.drawing import bars_of, heat_of, lines_of
from assessment.figures.answer import MOST_SLICES, Answer, Slice, answer_of
from assessment.figures.file import sheets_of
from assessment.figures.measures import AVERAGE, BY_NAME, MEASURES
from assessment.figures.question import STEPS, WAYS, Question, QuestionForm, question_of
from assessment.models import FactsRead
from assessment.permissions import can_see_figures
from assessment.services.facts import MOST_BEFORE_A_PAGE, read_facts
from cases.api.filters import WEEKDAYS
from cases.filter_choices import class_choices, organisation_choices
from cases.models import Channel
from gridgov import clock
from gridgov.errors import NotFoundForYou
from grids.area_choices import area_choices
from grids.downloads import CSV, EXCEL, download
from grids.registry_files import csv_lines, excel_sheets
from grids.requests import StaffRequest


@require_safe
def statistics(request: StaffRequest) -> HttpResponse:
    """Figures of the areas and units of one's posts, each opening the list of the cases it counts."""
    question, form = _asked(request)
    answer = answer_of(question)
    bars = bars_of([(each, each.figures.counts[question.measure]) for each in answer.slices])
    context = {
        "question": question,
        "errors": form.errors,
        "headline": _headline(answer),
        "lines": lines_of(answer),
        "heat": heat_of(answer, WEEKDAYS),
        "hours": range(24),
        "rows": [_row(question, bar.of, bar.length) for bar in bars],
        "total": question.opening(answer.total, {}),
        "time_rows": [] if question.by == "time" else [_row(question, each) for each in answer.time],
        "measure": BY_NAME[question.measure],
        "measures": [(m, question.url(measure=m.name)) for m in MEASURES],
        "ways": [
            {"label": label, "url": question.url(by=name, all=None), "current": name == question.by}
            for name, label in WAYS
        ],
        "all_url": question.url(all="true") if len(answer.slices) >= MOST_SLICES and not question.all else "",
        "steps": [(name, label, question.url(step=name)) for name, label in STEPS],
        "up": _ways_up(request, question),
        "files": urlencode(question.address),
        "read": FactsRead.objects.filter(pk=1).first(),
        "average": AVERAGE,
    }
    template = "assessment/statistics.html"
    if request.htmx and request.htmx.target == "figures":
        template = "assessment/figures.html"
    else:
        context |= _choices(request, question)
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def figures_file(request: StaffRequest) -> StreamingHttpResponse:
    """What the page shows as a file: `?format=xlsx` all of its tables, `csv` the one chosen with `by`."""
    question, form = _asked(request)
    if form.errors:
        raise BadRequest(form.errors.as_json())
    sheets = sheets_of(answer_of(question))
    name = f"figures-{question.since.isoformat()}-{question.until.isoformat()}"
    match request.GET.get("format"):
        case "csv":
            return download(request, csv_lines(sheets[0][1]), f"{name}.csv", CSV)
        case "xlsx":
            return download(request, excel_sheets(sheets), f"{name}.xlsx", EXCEL)
    raise BadRequest("format is csv or xlsx")


def _asked(request: StaffRequest) -> tuple[Question, QuestionForm]:
    if not can_see_figures(request.user):
        raise NotFoundForYou("figures")
    read_facts(MOST_BEFORE_A_PAGE)
    form = QuestionForm(request.GET)
    return question_of(request.user, form), form


def _headline(answer: Answer) -> list[dict[str, Any]]:
    question, total = answer.question, answer.total
    found = [
        {"label": m.label, "number": total.counts[m.name], "url": question.list_url(m.name)} for m in MEASURES
    ]
    if (percent := total.in_time_percent) is not None:
        found[[m.name for m in MEASURES].index("in_time")]["note"] = _(
            "%(percent)d %% of what was handled"
        ) % {"percent": percent}
    hours = "–" if total.hours is None else total.hours
    return [*found, {"label": AVERAGE, "number": hours, "url": question.list_url("handled")}]


def _row(question: Question, each: Slice, length: float = 0) -> dict[str, Any]:
    return {
        "label": each.label,
        "drill": question.url(**each.drill, all=None) if each.drill else "",
        "cells": question.opening(each.figures, each.narrow),
        "hours": each.figures.hours,
        "length": length,
    }


def _ways_up(request: StaffRequest, question: Question) -> list[dict[str, str]]:
    """What the page is narrowed to, each with the address of one step back."""
    found = []
    if question.area and question.area.parent_id:
        up = question.area.parent
        over = request.user.current_posts
        allowed = question.unit or request.user.is_superuser
        if up and (allowed or any(up.path.startswith(post.area.path) for post in over)):
            found.append({"label": str(up), "url": question.url(area=up.code, by="area", all=None)})
    if question.case_class:
        found.append({"label": str(question.major), "url": question.url(case_class=None)})
    if question.major:
        found.append(
            {"label": _("All classes"), "url": question.url(major=None, case_class=None, by="class")}
        )
    return found


def _choices(request: StaffRequest, question: Question) -> dict[str, Any]:
    chosen = request.GET.copy()
    for name, value in question.narrowing.items():
        chosen[name] = value
    majors, classes = class_choices(chosen.get("major", ""), chosen.get("case_class", ""))
    _holders, units = organisation_choices(request.user, chosen)
    return {
        "areas": area_choices(request.user, question.area.code if question.area else ""),
        "majors": majors,
        "classes": classes,
        "units": units,
        "channels": Channel.choices,
        "presets": _presets(question),
    }


def _presets(question: Question) -> Iterator[dict[str, Any]]:
    """Spans that people ask for each day."""
    today = clock.today()
    for label, since in (
        (_("Today"), today),
        (_("7 days"), today - timedelta(6)),
        (_("30 days"), today - timedelta(29)),
        (_("This year"), today.replace(month=1, day=1)),
        (_("12 months"), today - timedelta(364)),
    ):
        current = (question.since, question.until) == (since, today)
        yield {
            "label": label,
            "url": question.url(since=since.isoformat(), until=today.isoformat(), step=None),
            "current": current,
        }
