"""The registry as a file."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridgov import clock
from grids.downloads import CSV, EXCEL, download
from grids.filters import ObjectFilter
from grids.models import GridObject, Licence
from grids.registry_export import exported_licences, exported_rows
from grids.registry_files import csv_lines, excel_chunks
from grids.requests import StaffRequest


@require_safe
def export_registry(request: StaffRequest) -> StreamingHttpResponse:
    """What the list of objects shows under the same filters, all of it; `?format=csv` or `xlsx`."""
    narrowed = ObjectFilter(request.GET, GridObject.objects.visible_to(request.user), request=request)
    return _as_file(request, exported_rows(narrowed.qs), "registry", _("Registry"))


@require_safe
def export_licences(request: StaffRequest) -> StreamingHttpResponse:
    """The licences of the objects that the list shows under the same filters; `?format=csv` or `xlsx`."""
    narrowed = ObjectFilter(request.GET, GridObject.objects.visible_to(request.user), request=request)
    licences = Licence.objects.filter(object__in=narrowed.qs.order_by().values("pk"))
    return _as_file(request, exported_licences(licences), "licences", _("Licences"))


def _as_file(
    request: StaffRequest, rows: Iterable[Sequence[Any]], kind: str, title: str
) -> StreamingHttpResponse:
    name = f"{kind}-{clock.today().isoformat()}"
    match request.GET.get("format", "csv"):
        case "csv":
            return download(request, csv_lines(rows), f"{name}.csv", CSV)
        case "xlsx":
            return download(request, excel_chunks(rows, title), f"{name}.xlsx", EXCEL)
    raise BadRequest("format is csv or xlsx")
