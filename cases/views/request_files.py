"""Files of hotlines and petition offices: read, their columns mapped, shown, and only then taken over."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from cases import tasks
from cases.models import (
    CaseClass,
    FileState,
    ForwardedRequest,
    RequestFile,
    RequestOutcome,
    RequestRow,
    RequestSource,
)
from cases.permissions import can_take_requests, sources_for
from cases.request_columns import FIELDS, NEEDED, classes_by_words, read_row
from cases.services import forwarded as services
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from grids.requests import StaffRequest

FILES_SHOWN = 30
ROWS_SHOWN = 50
_CHIPS = {
    RequestOutcome.TAKEN: ("done", "check"),
    RequestOutcome.KNOWN: ("off", "check"),
    RequestOutcome.REFUSED: ("paused", "circle-x"),
}


class RequestFileForm(forms.Form):
    source = forms.ModelChoiceField(
        RequestSource.objects.none(), label=_("Where it comes from"), empty_label=None
    )
    file = forms.FileField(
        label=_("File"), help_text=_("CSV (UTF-8 or GB18030) or Excel (.xlsx), at most 2,000 rows.")
    )

    def __init__(self, *args: Any, sources: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = sources


@once
@require_http_methods(["GET", "HEAD", "POST"])
def request_file_list(request: StaffRequest) -> HttpResponse:
    """Choose a file of a source; the files of the last weeks."""
    _require(request)
    sources = sources_for(request.user)
    sent = request.method == "POST"
    form = (
        RequestFileForm(request.POST, request.FILES, sources=sources)
        if sent
        else RequestFileForm(sources=sources)
    )
    if sent and form.is_valid():
        try:
            begun = services.begin_request_file(
                form.cleaned_data["file"], actor=request.user, source=form.cleaned_data["source"]
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return HttpResponseRedirect(reverse("cases:request_file", args=[begun.pk]))
    files = RequestFile.objects.filter(source__in=sources).select_related("source", "by")
    counted = files.annotate(n_rows=Count("rows"))[:FILES_SHOWN]
    context = {"form": form, "files": counted, "has_sources": sources.exists()}
    return render(request, "cases/request_file_list.html", context, status=422 if form.errors else 200)


@once
@require_http_methods(["GET", "HEAD", "POST"])
def request_file(request: StaffRequest, file_id: int) -> HttpResponse:
    """What the columns of a file hold and what would come of its rows; while it is taken over, how far that is.

    POST maps the columns (`column-0` … = a field, or empty).
    """
    found = _file_for(request, file_id)
    problem = ""
    if request.method == "POST":
        chosen = {str(n): request.POST.get(f"column-{n}", "") for n in range(len(found.header))}
        try:
            services.map_columns(file_id, actor=request.user, mapping=chosen)
        except ValidationError as error:
            problem = " ".join(error.messages)
            found.mapping = {position: name for position, name in chosen.items() if name}
        else:
            return HttpResponseRedirect(reverse("cases:request_file", args=[file_id]))
    if request.htmx and request.htmx.target == "file-progress":
        if found.state != FileState.TAKING:
            return HttpResponseClientRefresh()
        return render(request, "cases/request_file.html#progress", _progress(found))
    context = {
        **_progress(found),
        "problem": problem,
        "is_preview": found.state == FileState.PREVIEW,
        "is_taking": found.state == FileState.TAKING,
    }
    if found.state != FileState.TAKING:
        context |= _rows(request, found)
    return render(request, "cases/request_file.html", context, status=422 if problem else 200)


@once
@require_POST
def take_request_file(request: StaffRequest, file_id: int) -> HttpResponse:
    """Have the rows reported."""
    with transaction.atomic():
        services.take_request_file(file_id, actor=request.user)
        transaction.on_commit(lambda: tasks.take_requests.delay(file_id), robust=True)
    return HttpResponseRedirect(reverse("cases:request_file", args=[file_id]))


@once
@require_POST
def discard_request_file(request: StaffRequest, file_id: int) -> HttpResponse:
    """Throw a file away that nobody has taken over."""
    services.discard_request_file(file_id, actor=request.user)
    return HttpResponseRedirect(reverse("cases:request_file_list"))


def _require(request: StaffRequest) -> None:
    if not can_take_requests(request.user):
        raise NotFoundForYou("request_files")


def _file_for(request: StaffRequest, file_id: int) -> RequestFile:
    _require(request)
    files = RequestFile.objects.filter(source__in=sources_for(request.user))
    found = files.select_related("source", "by").filter(pk=file_id).first()
    if found is None:
        raise NotFoundForYou(file_id)
    return found


def _progress(found: RequestFile) -> dict[str, Any]:
    rows = RequestRow.objects.filter(of=found)
    return {
        "found": found,
        "label": _("Taking over"),
        "done": rows.exclude(outcome="").count(),
        "total": rows.count(),
    }


def _expected(found: RequestFile, classes: Mapping[str, CaseClass]) -> tuple[int, int, int]:
    """How many rows would be reported, are known already, and would be refused; two queries."""
    reads = [read_row(cells, found.mapping, classes) for cells in found.rows.values_list("cells", flat=True)]
    good = {read.values["number"] for read in reads if not read.problems}
    known = ForwardedRequest.objects.filter(source=found.source, number__in=good).count()
    refused = sum(bool(read.problems) for read in reads)
    return len(good) - known, len(reads) - refused - (len(good) - known), refused


def _columns(found: RequestFile, cells: list[str]) -> list[tuple[int, str, str, str]]:
    """Each column's position, heading, example and field; who called is nobody's example."""
    columns = []
    for position, heading in enumerate(found.header):
        name = found.mapping.get(str(position), "")
        is_shown = position < len(cells) and name not in ("contact_name", "contact_phone")
        columns.append((position, heading, cells[position] if is_shown else "", name))
    return columns


def _rows(request: StaffRequest, found: RequestFile) -> dict[str, Any]:
    """A page of rows; before they are taken over, each as it would be understood."""
    page = Paginator(found.rows.order_by("number"), ROWS_SHOWN).get_page(
        number_asked(request.GET.get("page", "")) or 1
    )
    rows = list(page.object_list)
    is_preview = found.state == FileState.PREVIEW
    classes = classes_by_words() if is_preview else {}
    reads = [read_row(row.cells, found.mapping, classes) if is_preview else None for row in rows]
    numbers = [read.values["number"] for read in reads if read]
    known = dict(
        ForwardedRequest.objects.filter(source=found.source, number__in=numbers).values_list(
            "number", "case__number"
        )
    )
    cases = dict(
        RequestRow.objects.filter(pk__in=[row.pk for row in rows], case__isnull=False).values_list(
            "pk", "case__number"
        )
    )
    counts = dict(found.rows.order_by().values_list("outcome").annotate(n=Count("pk")))
    return {
        "expected": _expected(found, classes) if is_preview else (),
        "page": page,
        "columns": _columns(found, rows[0].cells if rows else []),
        "fields": FIELDS.items(),
        "missing": [FIELDS[name] for name in NEEDED if name not in found.mapping.values()],
        "rows": [
            {
                "row": row,
                "read": read,
                "problems": read.problems if read else row.problems,
                "known_as": known.get(read.values["number"]) if read else None,
                "case": cases.get(row.pk),
                "chip": _CHIPS.get(RequestOutcome(row.outcome)) if row.outcome else None,
            }
            for row, read in zip(rows, reads, strict=True)
        ],
        "counts": [(outcome.label, counts.get(outcome.value, 0)) for outcome in RequestOutcome],
    }
