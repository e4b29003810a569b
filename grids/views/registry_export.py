"""The registry as a file."""

from django.core.exceptions import BadRequest
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridgov import clock
from grids.downloads import CSV, EXCEL, download
from grids.filters import ObjectFilter
from grids.models import GridObject
from grids.registry_export import exported_rows
from grids.registry_files import csv_lines, excel_chunks
from grids.requests import StaffRequest


@require_safe
def export_registry(request: StaffRequest) -> StreamingHttpResponse:
    """What the list of objects shows under the same filters, all of it; `?format=csv` or `xlsx`."""
    narrowed = ObjectFilter(request.GET, GridObject.objects.visible_to(request.user), request=request)
    rows = exported_rows(narrowed.qs)
    name = f"registry-{clock.today().isoformat()}"
    match request.GET.get("format", "csv"):
        case "csv":
            return download(request, csv_lines(rows), f"{name}.csv", CSV)
        case "xlsx":
            return download(request, excel_chunks(rows, _("Registry")), f"{name}.xlsx", EXCEL)
    raise BadRequest("format is csv or xlsx")
