"""The list of cases as a file."""

from django.core.exceptions import BadRequest
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.case_file import file_rows
from cases.filters import CaseListFilter
from cases.models import Case
from cases.services.case_file import take_file
from gridgov import clock
from grids.downloads import CSV, EXCEL, download
from grids.registry_files import csv_lines, excel_chunks
from grids.requests import StaffRequest


@require_safe
def case_file(request: StaffRequest) -> StreamingHttpResponse:
    """What the list of all cases shows under the same filters; `?format=csv` or `xlsx`. Who takes it is kept."""
    narrowed = CaseListFilter(request.GET, Case.objects.visible_to(request.user), request=request)
    if narrowed.form.errors:
        raise BadRequest(narrowed.form.errors.as_json())
    rows, name = file_rows(narrowed.qs), f"cases-{clock.today().isoformat()}"
    if (format := request.GET.get("format")) not in ("csv", "xlsx"):
        raise BadRequest("format is csv or xlsx")
    if request.method == "GET":
        take_file(actor=request.user, asked=request.GET.urlencode())
    if format == "csv":
        return download(request, csv_lines(rows), f"{name}.csv", CSV)
    return download(request, excel_chunks(rows, _("Cases")), f"{name}.xlsx", EXCEL)
