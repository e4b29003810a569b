"""The monthly report of an area: page, PDF and Excel."""

from datetime import date
from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessment.models import Period
from assessment.permissions import can_run_assessment, can_see_reports, scope_of, scores_opened_by
from assessment.report.excel import sheets_of
from assessment.report.month import months_for, report_of, seen_within, span_of_month
from assessment.report.page import told_of
from assessment.report.runs import begin_pdf, pdf_for
from assessment.report.work import LATENESS, PARTS, duties_of, longest_first
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from grids.area_choices import area_choices
from grids.downloads import EXCEL, download
from grids.models import Area, AreaLevel
from grids.registry_files import excel_sheets
from grids.requests import StaffRequest

ROWS_A_PAGE = 50


@require_safe
def report(request: StaffRequest) -> HttpResponse:
    """What came in and what became of it in a month, how long it took, who did how well, what was late."""
    area, months, month = _asked(request)
    context: dict[str, Any] = {
        "area": area,
        "months": months,
        "month": month,
        "areas": area_choices(request.user, area.code),
    }
    if month:
        context |= told_of(report_of(request.user, area, month))
    return render(request, "assessment/report.html", context)


@require_POST
def make_report_pdf(request: StaffRequest) -> HttpResponse:
    """Have the same set on paper, A4; it takes seconds, so a worker does it."""
    area, _months, month = _asked(request)
    if month is None:
        raise NotFoundForYou("report")
    run = begin_pdf(request.user, area, month, site=request.build_absolute_uri("/"))
    return redirect("assessment:report_pdf", run=run)


@require_safe
def report_pdf(request: StaffRequest, run: str) -> HttpResponse:
    """How far the PDF is that somebody asked for, then where it is; with `?file` the PDF itself."""
    found = pdf_for(request.user, run)
    if not found:
        raise NotFoundForYou("report")
    # A download comes beside a page, never in its place: the page has to say by itself that it is done.
    if "pdf" not in found or "file" not in request.GET:
        return render(request, "assessment/report_pdf.html", found)
    return HttpResponse(
        found["pdf"],
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{found["name"]}"'},
    )


@require_safe
def late_handling(request: StaffRequest) -> HttpResponse:
    """The handling that a number of a report's lateness counts, longest delay first: `?area=&month=&of=&by=&key=&page=`."""
    area, _months, month = _asked(request)
    of, by = request.GET.get("of", "missed"), request.GET.get("by", "")
    if month is None or of not in LATENESS or by not in ("", *PARTS):
        raise NotFoundForYou("report")
    key = number_asked(request.GET.get("key", ""))
    span = span_of_month(request.user, month)
    page = Paginator(longest_first(duties_of(span, area, of, by, key), span), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    part = PARTS[by].objects.filter(pk=key).first() if by and page.object_list else None
    context = {"area": area, "month": month, "of": of, "part": part, "span": span, "page": page}
    return render(request, "assessment/late_handling.html", context)


@require_safe
def report_excel(request: StaffRequest, period_id: int) -> StreamingHttpResponse:
    """A period's ranking and every part of its scores, of an area or, for who runs the assessment, of all."""
    period = Period.objects.select_related("scheme", "version").filter(pk=period_id).first()
    runs = can_run_assessment(request.user)
    if period is None or not (period.is_shown or (runs and period.computed_at)):
        raise NotFoundForYou("period")
    code = request.GET.get("area", "")
    area = Area.objects.filter(code=code).first() if code else None
    if code and area is None:
        raise NotFoundForYou(code)
    sheets = sheets_of(period, seen_within(request.user, area), scores_opened_by(request.user))
    if sheets is None:
        raise NotFoundForYou("scores")
    name = f"{period.scheme.code}-{period.first_day}-{period.last_day}.xlsx"
    return download(request, excel_sheets(sheets), name, EXCEL)


def _asked(request: StaffRequest) -> tuple[Area, list[date], date | None]:
    """The area, the months on offer and the one asked for, the newest if none; raises `NotFoundForYou`."""
    user = request.user
    if not can_see_reports(user):
        raise NotFoundForYou("report")
    given = request.POST if request.method == "POST" else request.GET
    code = given.get("area", "")
    area = Area.objects.filter(code=code).first() if code else None
    if code and area is None:
        raise NotFoundForYou(code)
    area, unit = scope_of(user, area, None)
    if unit:
        # Theirs is the work of a unit there, not the area.
        raise NotFoundForYou(code)
    if area is None:
        area = Area.objects.filter(level=AreaLevel.DISTRICT, retired_on=None).first()
    if area is None:
        raise NotFoundForYou("report")
    months = months_for(user)
    asked = given.get("month", "")
    if not asked:
        return area, months, months[0] if months else None
    try:
        month = date.fromisoformat(f"{asked}-01")
    except ValueError as error:
        raise BadRequest("month is YYYY-MM") from error
    if month not in months:
        raise NotFoundForYou(asked)
    return area, months, month
