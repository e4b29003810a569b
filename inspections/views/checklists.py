"""What is asked, by which department, of what."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridgov.errors import NotFoundForYou
from gridgov.views.home import home_of, layout_of
from grids.requests import StaffRequest
from inspections.checklist_versions import (
    PATROLS,
    checklist_for,
    departments_asking,
    types_asked,
    version_for,
    what_is_asked,
)
from inspections.models import VersionState
from inspections.permissions import can_change_checklists

_FILTERS = ("department", "type", "q")


@require_safe
def checklist_list(request: StaffRequest) -> HttpResponse:
    """The checklists by department; narrowed by `department`, `type` and `q`, or with `?items=all`, with their items."""
    chosen = {name: request.GET.get(name, "").strip() for name in _FILTERS}
    asking = what_is_asked(
        request.user, department=chosen["department"], type=chosen["type"], words=chosen["q"]
    )
    context = {
        **_layout(request),
        "chosen": chosen,
        "asking": asking,
        "number_of_items": sum(each.number_of_items for each in asking),
        "is_narrowed": any(chosen.values()),
        "with_items": any(chosen.values()) or request.GET.get("items") == "all",
        "departments": departments_asking(request.user),
        "types": [*types_asked(request.user), (PATROLS, _("Patrols of a grid"))],
        "edit_url": _edit_url(request),
    }
    part = request.htmx and request.htmx.target == "checklists"
    response = render(request, f"inspections/checklist_list.html{'#checklists' if part else ''}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def checklist_detail(request: StaffRequest, code: str) -> HttpResponse:
    """One checklist as it is asked now, or as it was in `?version=` (a number)."""
    checklist = checklist_for(request.user, code)
    versions = list(checklist.versions.all())
    number = request.GET.get("version", "")
    if number:
        shown = next((each for each in versions if str(each.number) == number), None)
        if shown is None:
            raise NotFoundForYou(code, number)
    else:
        shown = next((each for each in versions if each.state == VersionState.PUBLISHED), versions[0])
    context = {
        **_layout(request),
        "checklist": checklist,
        "versions": versions,
        "version": version_for(request.user, shown.pk),
        "edit_url": _edit_url(request, checklist.pk),
    }
    return render(request, "inspections/checklist_detail.html", context)


def _layout(request: StaffRequest) -> dict[str, object]:
    layout = layout_of(request)
    return {"layout": layout, "phone": layout == "phone.html", "home": home_of(request.user)}


def _edit_url(request: StaffRequest, checklist_id: int | None = None) -> str:
    """Where the admin changes checklists, for who may; "" for others."""
    if not (request.user.is_staff and can_change_checklists(request.user)):
        return ""
    if checklist_id is None:
        return reverse("admin:inspections_checklist_changelist")
    return reverse("admin:inspections_checklist_change", args=[checklist_id])
