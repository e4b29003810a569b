"""The departments' feeds: how each form stands, and delivering its records as a file."""

from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from gridgov.errors import NotFoundForYou
from gridgov.idempotency import once
from grids.attributes import name_of
from grids.downloads import CSV, download
from grids.errors import RemovesMore
from grids.feeds import Standing, standings
from grids.forms.feeds import DeliveryForm
from grids.models import FeedState
from grids.permissions import forms_fed_by
from grids.registry_columns import titles_of
from grids.registry_files import csv_lines
from grids.requests import StaffRequest
from grids.services.department_feeds import deliver_file

RUNS_SHOWN = 20


@require_safe
def feed_list(request: StaffRequest) -> HttpResponse:
    """The forms that one delivers: broken and overdue ones first."""
    found = standings(forms_fed_by(request.user).order_by("department__level", "department__code", "code"))
    found.sort(key=lambda one: (not one.is_broken, not one.is_overdue))
    return render(request, "grids/feed_list.html", {"standings": found})


@once
def feed_detail(request: StaffRequest, code: str) -> HttpResponse:
    """One form: its fields, its deliveries with what was wrong with them, and a new delivery by file."""
    found = standings(forms_fed_by(request.user).filter(code=code))
    if not found:
        raise NotFoundForYou(code)
    standing = found[0]
    form = (
        DeliveryForm(request.POST, request.FILES)
        if request.method == "POST"
        else DeliveryForm(initial=_typed_before(request))
    )
    if form.is_valid():
        try:
            return _delivered(request, standing, form.cleaned_data)
        except RemovesMore as refused:
            form = DeliveryForm.asking(request.POST, refused)
    context = {
        "standing": standing,
        "form": form,
        "runs": standing.form.runs.select_related("by")[:RUNS_SHOWN],
        "column": titles_of([standing.form.match_by]),
        "api_url": reverse("api-registry-records", args=[code]),
    }
    return render(request, "grids/feed_detail.html", context, status=422 if form.errors else 200)


@require_safe
def feed_template(request: StaffRequest, code: str) -> StreamingHttpResponse:
    """An empty table with the columns of a form."""
    form = forms_fed_by(request.user).filter(code=code).first()
    if form is None:
        raise NotFoundForYou(code)
    header = [titles_of([form.match_by]), *(name_of(field) for field in form.fields)]
    return download(request, csv_lines([header]), f"{code}.csv", CSV)


def _delivered(request: StaffRequest, standing: Standing, data: dict[str, Any]) -> HttpResponse:
    """Deliver, and say what became of it; raises `RemovesMore` until the one delivering has said how many may go."""
    run = deliver_file(
        standing.form.pk,
        actor=request.user,
        file=data["file"],
        name=data["file"].name,
        as_of=data["as_of"],
        complete=data["complete"],
        removing=data["removing"] or 0,
    )
    if run.state == FeedState.BROKEN:
        messages.error(request, _("Nothing was changed: %(problem)s") % run.problems[0])
        # The file has to be chosen anew; what else was filled in is there again.
        typed = urlencode({"as_of": data["as_of"], "complete": data["complete"] or ""})
        return HttpResponseRedirect(f"{request.path}?{typed}")
    said = [ngettext("%(n)d record taken.", "%(n)d records taken.", run.taken) % {"n": run.taken}]
    if run.removed:
        removed = ngettext("%(n)d record removed.", "%(n)d records removed.", run.removed)
        said.append(removed % {"n": run.removed})
    messages.success(request, " ".join(said))
    return HttpResponseRedirect(request.path)


def _typed_before(request: StaffRequest) -> dict[str, Any]:
    """What was filled in with a delivery that could not be used."""
    typed: dict[str, Any] = {"complete": bool(request.GET.get("complete"))}
    with suppress(KeyError, ValueError):  # then it is today
        typed["as_of"] = date.fromisoformat(request.GET["as_of"])
    return typed
