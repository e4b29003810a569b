"""Taking objects or licences over from a file: upload, progress, preview, and what was refused."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.idempotency import once
from gridgov.language import listed
from grids.attributes import name_of
from grids.change_words import FieldChange, in_words, licences_in_words
from grids.downloads import CSV, download
from grids.forms.files import ImportForm
from grids.models import (
    GridObject,
    ImportKind,
    ImportRow,
    ImportState,
    ObjectType,
    Organisation,
    OrganisationKind,
    RegistryChange,
    RegistryImport,
    RowOutcome,
)
from grids.permissions import can_change_objects
from grids.registry_columns import (
    ATTRIBUTE,
    COLUMNS,
    LICENCE_COLUMNS,
    attribute_headings,
    column_headings,
)
from grids.registry_files import csv_lines
from grids.requests import StaffRequest
from grids.services import registry_import as services

ROWS_SHOWN = 50
IMPORTS_SHOWN = 20
# Outcomes that a page of rows may be narrowed to besides a single one.
_NEWS, _ALL = "news", "all"
_AT_WORK = (ImportState.READING, ImportState.TAKING)
_VIEWS = {ImportKind.OBJECTS: "import_registry", ImportKind.LICENCES: "import_licences"}
_COLUMNS = {ImportKind.OBJECTS: COLUMNS, ImportKind.LICENCES: LICENCE_COLUMNS}
_PAGES = {
    ImportKind.OBJECTS: {
        "upload_title": gettext_lazy("A file of objects"),
        "rows_are": gettext_lazy("One row for each object, known by its code."),
        "template_url": reverse_lazy("grids:import_template"),
        "export_url": reverse_lazy("grids:export_registry"),
    },
    ImportKind.LICENCES: {
        "upload_title": gettext_lazy("A file of licences"),
        "rows_are": gettext_lazy(
            "One row for each licence, known by the object's code, the department (its code or name) and its number."
        ),
        "template_url": reverse_lazy("grids:licence_template"),
        "export_url": reverse_lazy("grids:export_licences"),
    },
}
_CHIPS = {
    RowOutcome.NEW: ("active", "plus"),
    RowOutcome.CHANGED: ("waiting", "pencil"),
    RowOutcome.UNCHANGED: ("off", "check"),
    RowOutcome.REFUSED: ("paused", "circle-x"),
}


@once
def import_registry(request: StaffRequest) -> HttpResponse:
    """Upload a file of objects; the imports of the last weeks."""
    return _importing(request, ImportKind.OBJECTS)


@once
def import_licences(request: StaffRequest) -> HttpResponse:
    """Upload a file of objects' licences; the imports of the last weeks."""
    return _importing(request, ImportKind.LICENCES)


def _importing(request: StaffRequest, kind: ImportKind) -> HttpResponse:
    if not can_change_objects(request.user):
        raise NotFoundForYou("import_registry")
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        begun = services.begin_import(form.cleaned_data["file"], actor=request.user, kind=kind)
        return HttpResponseRedirect(reverse("grids:registry_import_preview", args=[begun.pk]))
    imports = RegistryImport.objects.visible_to(request.user).filter(kind=kind).select_related("by")
    context = {
        **_PAGES[kind],
        "tabs": _kinds(kind),
        "form": form,
        "imports": imports[:IMPORTS_SHOWN],
        "columns": [(name, names[0]) for name, names in _COLUMNS[kind].items()],
        "attributes_of": _attributes_of() if kind == ImportKind.OBJECTS else [],
        "departments": _departments() if kind == ImportKind.LICENCES else [],
    }
    return render(request, "grids/registry_import.html", context, status=422 if form.errors else 200)


def _departments() -> QuerySet[Organisation]:
    """Those who give licences."""
    return Organisation.objects.filter(kind=OrganisationKind.DEPARTMENT, is_active=True)


def _kinds(current: ImportKind) -> list[dict[str, Any]]:
    return [
        {
            "label": capfirst(kind.label),
            "url": reverse(f"grids:{_VIEWS[kind]}"),
            "current": kind == current,
        }
        for kind in ImportKind
    ]


@require_safe
def import_template(request: StaffRequest, kind: str = ImportKind.OBJECTS) -> StreamingHttpResponse:
    """An empty table with all the columns that are understood."""
    header = column_headings(_COLUMNS[ImportKind(kind)])
    if kind == ImportKind.OBJECTS:
        header += attribute_headings(ObjectType.objects.filter(is_active=True)).values()
    return download(request, csv_lines([header]), f"{kind}.csv", CSV)


@require_safe
def registry_import_preview(request: StaffRequest, import_id: int) -> HttpResponse:
    """How far an import is, and what comes of its rows; htmx asks by the clock for the progress alone.

    `?outcome=` narrows the rows, `news` (first shown) to all but the unchanged; `?after=` (a row's number) is where the page begins.
    """
    found = _import_for(request, import_id)
    at_work = found.state in _AT_WORK
    if request.htmx and request.htmx.target == "import-progress":
        if not at_work:
            return HttpResponseClientRefresh()
        return render(request, "grids/registry_import_preview.html#progress", _progress(found))
    context = {
        **_progress(found),
        "at_work": at_work,
        "is_preview": found.state == ImportState.PREVIEW,
        "is_unreadable": found.state == ImportState.UNREADABLE,
        "is_done": found.state == ImportState.DONE,
        "all_imports": reverse(f"grids:{_VIEWS[ImportKind(found.kind)]}"),
    }
    if not at_work:
        context |= _rows(request, found)
    return render(request, "grids/registry_import_preview.html", context)


@once
@require_POST
def take_over_import(request: StaffRequest, import_id: int) -> HttpResponse:
    """Have the new and changed rows written."""
    services.take_over_import(import_id, actor=request.user)
    return HttpResponseRedirect(reverse("grids:registry_import_preview", args=[import_id]))


@once
@require_POST
def discard_import(request: StaffRequest, import_id: int) -> HttpResponse:
    """Throw a file and its preview away."""
    kind = services.discard_import(import_id, actor=request.user)
    return HttpResponseRedirect(reverse(f"grids:{_VIEWS[kind]}"))


@require_safe
def refused_rows(request: StaffRequest, import_id: int) -> StreamingHttpResponse:
    """The refused rows as they came, each with the reason, to be mended and sent again."""
    found = _import_for(request, import_id)
    refused = ImportRow.objects.filter(of=found, outcome=RowOutcome.REFUSED).order_by("number")

    def rows() -> Any:
        yield [*found.header, _("reason")]
        for row in refused.iterator(chunk_size=2_000):
            cells = [*row.cells, *[""] * (len(found.header) - len(row.cells))]
            yield [*cells, _("; ").join(row.problems)]

    return download(request, csv_lines(rows()), f"refused-{import_id}.csv", CSV)


def _import_for(request: StaffRequest, import_id: int) -> RegistryImport:
    found = RegistryImport.objects.visible_to(request.user).select_related("by").filter(pk=import_id).first()
    if found is None:
        raise NotFoundForYou(import_id)
    return found


def _progress(found: RegistryImport) -> dict[str, Any]:
    taking = found.state == ImportState.TAKING
    total = found.rows_to_take if taking else found.rows
    done = found.rows_taken if taking else found.rows_read
    return {
        "found": found,
        "label": _("Taking over") if taking else _("Reading and judging the rows"),
        "done": done,
        # What was estimated may be too little.
        "total": max(total, done) if total else 0,
    }


def _rows(request: StaffRequest, found: RegistryImport) -> dict[str, Any]:
    outcome, after = request.GET.get("outcome", ""), number_asked(request.GET.get("after", ""))
    counted = ImportRow.objects.filter(of=found).order_by().values("outcome").annotate(number=Count("pk"))
    counts = dict(counted.values_list("outcome", "number"))
    rows = ImportRow.objects.filter(of=found).order_by("number")
    unchanged = counts.get(RowOutcome.UNCHANGED.value, 0)
    total = sum(counts.values())
    # What somebody has to look at comes first.
    outcome = outcome or (_NEWS if unchanged < total else _ALL)
    if outcome in RowOutcome:
        rows = rows.filter(outcome=outcome)
    elif outcome == _NEWS:
        rows = rows.exclude(outcome=RowOutcome.UNCHANGED)
    if after is not None:
        rows = rows.filter(number__gt=after)
    page = list(rows[: ROWS_SHOWN + 1])
    shown = page[:ROWS_SHOWN]
    address = reverse("grids:registry_import_preview", args=[found.pk])
    return {
        "tabs": [
            {
                "label": _("What would not stay as it is"),
                "url": f"{address}?outcome={_NEWS}",
                "current": outcome == _NEWS,
                "count": total - unchanged,
            },
            *(
                {
                    "label": capfirst(one.label),
                    "url": f"{address}?outcome={one.value}",
                    "current": outcome == one.value,
                    "count": counts.get(one.value, 0),
                }
                for one in RowOutcome
            ),
            {
                "label": _("All rows"),
                "url": f"{address}?outcome={_ALL}",
                "current": outcome == _ALL,
                "count": total,
            },
        ],
        "rows": [
            {
                "row": row,
                "tone": _CHIPS[RowOutcome(row.outcome)][0],
                "icon": _CHIPS[RowOutcome(row.outcome)][1],
                "fields": fields,
            }
            for row, fields in zip(shown, _changes_of(found, shown), strict=True)
        ],
        "refused": counts.get(RowOutcome.REFUSED.value, 0),
        "next": shown[-1].number if len(page) > ROWS_SHOWN else None,
        "first": bool(after),
        "outcome": outcome,
    }


def _changes_of(found: RegistryImport, rows: list[ImportRow]) -> Sequence[Sequence[FieldChange]]:
    """What each row would change, in words; nothing where it changes nothing."""
    if found.kind == ImportKind.LICENCES:
        return licences_in_words([row.said for row in rows])
    there = {
        one.code: one
        for one in GridObject.objects.filter(code__in=[row.code for row in rows]).select_related("type")
    }
    types = {each.code: each for each in ObjectType.objects.all()}
    changes = {
        row.pk: RegistryChange(
            object=there.get(row.code) or GridObject(type=types[row.said["type"][1]]),
            fields=row.said,
            version=0,
        )
        for row in rows
        if row.said and (row.code in there or row.said.get("type", [None, None])[1] in types)
    }
    lines = {pk: line.fields for pk, line in zip(changes, in_words(changes.values()), strict=True)}
    return [lines.get(row.pk, []) for row in rows]


def _attributes_of() -> list[tuple[ObjectType, str]]:
    """What may be said of each type besides what all have."""
    types = ObjectType.objects.filter(is_active=True)
    return [
        (each, listed(f"{name_of(field)} ({ATTRIBUTE}{field['key']})" for field in each.attributes))
        for each in types
    ]
