"""What came too late for a published period."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessment.late import late_rows, late_told
from assessment.models import Period
from assessment.permissions import can_run_assessment, can_see_figures, can_type_points
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.views.home import layout_of
from grids.requests import StaffRequest

ON_A_PAGE = 50


@require_safe
def late_list(request: StaffRequest, period_id: int) -> HttpResponse:
    """What arrived after a period's scores were made, as far as one sees it: rows of the timeline (`?from=` an id), and the rest."""
    user = request.user
    period = Period.objects.select_related("scheme").filter(pk=period_id).first()
    if period is None or not period.is_shown or not (can_see_figures(user) or can_run_assessment(user)):
        raise NotFoundForYou("period")
    rows, start = late_rows(period, user), number_asked(request.GET.get("from", ""))
    found = list((rows.filter(pk__gt=start) if start is not None else rows)[: ON_A_PAGE + 1])
    context = {
        "period": period,
        "rows": found[:ON_A_PAGE],
        "total": rows.count() if start is not None or len(found) > ON_A_PAGE else len(found),
        "older": f"?from={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "newest": request.path if start is not None else "",
        "back": reverse("assessment:period_detail", args=[period.pk])
        if can_type_points(user)
        else f"{reverse('assessment:score_list')}?scheme={period.scheme.code}&period={period.pk}",
        # Beside the first page.
        "told": late_told(period, user) if start is None else [],
        "layout": layout_of(request),
    }
    return render(request, "assessment/late_list.html", context)
