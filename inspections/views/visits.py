"""Visits on pages: the one on the phone that makes them, and those that show what was found."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases.models import Case
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.evidence import Size, serve_photo
from gridgov.views.home import home_of, layout_of
from grids.models import GridObject
from grids.requests import StaffRequest
from inspections.models import Finding, Visit, VisitPhoto
from inspections.object_history import PARTS, history_of, part_of
from inspections.permissions import can_visit_objects
from inspections.reach import is_away
from inspections.visits import cases_open_to, visit_for

_SHOWN_SIZES = ("display", "thumb")
# Why somebody is not where the object is; offered, not prescribed.
AWAY_REASONS = (
    _("Its place on the map is wrong"),
    _("It has moved"),
    _("Seen from outside"),
    _("Poor signal"),
)


@require_safe
def visit(request: StaffRequest) -> HttpResponse:
    """The visit as the phone makes it, with signal or without: `?object=` a code, `&task=` an id.

    The page is the same for every object, so that it is there offline; what it shows comes from the phone's day.
    """
    if not can_visit_objects(request.user):
        raise NotFoundForYou(request.user)
    return render(request, "inspections/visit.html", {"away_reasons": AWAY_REASONS})


@require_safe
def object_profile(request: StaffRequest) -> HttpResponse:
    """What the phone knows of an object, `?object=` a code: there without signal too; filled from the phone's day."""
    if not can_visit_objects(request.user):
        raise NotFoundForYou(request.user)
    return render(request, "inspections/object_profile.html")


@require_safe
def visit_list(request: StaffRequest) -> HttpResponse:
    """The objects of one's grids, nearest first, with what is due; filled from the phone's day."""
    if not can_visit_objects(request.user):
        raise NotFoundForYou(request.user)
    return render(request, "inspections/visit_list.html")


@require_safe
def visit_detail(request: StaffRequest, visit_id: int) -> HttpResponse:
    """What was asked and found at a visit."""
    seen = visit_for(request.user, visit_id)
    answers = list(seen.answers.all())
    findings = [answer.finding for answer in answers if hasattr(answer, "finding")]
    context = {
        "visit": seen,
        "answers": [(answer, _photos_of(seen, answer.photos.all())) for answer in answers],
        "photos": _photos_of(seen, seen.photos.all()),
        "open_cases": cases_open_to(request.user, findings),
        "sees_object": GridObject.objects.visible_to(request.user).filter(pk=seen.object_id).exists(),
        "layout": layout_of(request),
        "home": home_of(request.user),
        "is_away": is_away(seen),
    }
    return render(request, "inspections/visit_detail.html", context)


@require_safe
def visit_photo(request: StaffRequest, visit_id: int, photo_id: UUID, size: Size) -> HttpResponseBase:
    """One copy of a photo, to those who may see its visit."""
    hung = (
        VisitPhoto.objects.filter(
            photo=photo_id, visit__in=Visit.objects.visible_to(request.user).filter(pk=visit_id)
        )
        .select_related("photo")
        .first()
    )
    if hung is None or size not in _SHOWN_SIZES:
        raise NotFoundForYou(visit_id, photo_id, size)
    return serve_photo(request, hung.photo, size)


@require_safe
def object_history(request: StaffRequest, code: str) -> HttpResponse:
    """The part of an object's page that tells of visits, findings, cases and what is due next.

    `?part=visits&before=` (an id) gives older rows of one list alone.
    """
    seen = get_object_or_404(
        GridObject.objects.visible_to(request.user).select_related("area", "type"), code=code
    )
    name, before = request.GET.get("part", ""), number_asked(request.GET.get("before", ""))
    if name in PARTS:
        part = part_of(seen, request.user, name, before)
        context = {"object": seen, "part": part, "open_to_viewer": cases_open_to(request.user, part.findings)}
        return render(request, "inspections/object_history.html#part", context)
    history = history_of(seen, request.user)
    context = {"object": seen, "history": history, "open_to_viewer": history.open_to_viewer}
    return render(request, "inspections/object_history.html", context)


@require_safe
def case_findings(request: StaffRequest, number: str) -> HttpResponse:
    """The part of a case's page that tells which visits found it."""
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    findings = (
        Finding.objects.filter(case=case)
        .select_related("answer__item", "answer__visit__inspector", "object__type", "confirmed_by")
        .order_by("id")
    )
    objects = GridObject.objects.visible_to(request.user).filter(findings__case=case)
    visits = Visit.objects.visible_to(request.user).filter(answers__finding__case=case)
    context = {
        "findings": list(findings),
        "seen_objects": set(objects.values_list("pk", flat=True)),
        "seen_visits": set(visits.values_list("pk", flat=True)),
    }
    return render(request, "inspections/case_findings.html", context)


def _photos_of(seen: Visit, hung: Iterable[VisitPhoto]) -> list[dict[str, Any]]:
    """As `components/photo_grid.html` takes them."""
    return [
        {
            "url": reverse("inspections:visit_photo", args=[seen.pk, each.photo_id, "display"]),
            "thumb_url": reverse("inspections:visit_photo", args=[seen.pk, each.photo_id, "thumb"]),
            "alt": each.get_kind_display(),
            "caption": each.get_kind_display(),
            "photo": each.photo,
        }
        for each in hung
    ]
