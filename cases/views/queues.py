"""The lists of intake, and of all cases."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases import queues
from cases.models import Case
from cases.paging import BY_TIME_LEFT, NEWEST_FIRST, PAGE_SIZE
from cases.permissions import ways_to_see
from cases.presence import show_who_has_open
from cases.saved_filters import kept_part, lost_parts, shown_here
from cases.views.lists import list_view
from gridgov.errors import NotFoundForYou
from grids.models import Role
from grids.requests import StaffRequest


def intake_list(request: StaffRequest) -> HttpResponse:
    """What waits at my centre to be registered, the least time left first."""
    if not queues.has_role(request.user, Role.OPERATOR):
        raise NotFoundForYou("intake")
    return list_view(
        request,
        queues.waiting_for_intake(request.user),
        "cases/intake_list.html",
        empty=_("Nothing waits to be registered at your centre."),
    )


def unplaced_list(request: StaffRequest) -> HttpResponse:
    """What waits at my centre and lies in no grid."""
    if not queues.has_role(request.user, Role.OPERATOR):
        raise NotFoundForYou("unplaced")
    return list_view(
        request,
        queues.unplaced(request.user),
        "cases/unplaced_list.html",
        empty=_("Every case that waits at your centre lies in a grid."),
    )


def case_list(request: StaffRequest) -> HttpResponse:
    """All cases one may see: the newest first, or those open by time left. A whole number opens its case."""
    seen = Case.objects.visible_to(request.user)
    asked = request.GET.get("q", "").strip()
    if asked and not request.htmx and seen.filter(number=asked).exists():
        return HttpResponseRedirect(reverse("cases:case_detail", args=[asked]))
    by_due = request.GET.get("order") == "due"
    return list_view(
        request,
        Case.objects.open() if by_due else Case.objects.all(),
        "cases/case_list.html",
        empty=_("There are no cases in your area yet."),
        order=BY_TIME_LEFT if by_due else NEWEST_FIRST,
        ways=ways_to_see(request.user),
        all_filters=True,
        by_due=by_due,
        saved=shown_here(request),
        query=kept_part(request.META.get("QUERY_STRING", "")),
        lost=SimpleLazyObject(lambda: lost_parts(request.GET)),
    )


@require_safe
def case_rows(request: StaffRequest) -> HttpResponse:
    """The rows of `?number=…&number=…` as they are now, each in place of the one on the page; of those one may see."""
    numbers = request.GET.getlist("number")[:PAGE_SIZE]
    seen = Case.objects.visible_to(request.user).filter(number__in=numbers)
    rows = list(queues.for_rows(seen))
    show_who_has_open(rows, request.user)
    return render(request, "cases/case_rows.html", {"rows": rows})
