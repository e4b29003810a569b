"""Reporting a case from the phone."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cases.forms.report import DESK_FIELDS, PlaceForm, ReportForm
from cases.models import Case, CaseClass
from cases.permissions import can_report_case
from cases.queues import has_role
from cases.selectors import classes_used_around, search_classes, used_classes
from cases.services import report_case as report
from cases.services import report_settled_case
from cases.views.steps import lead_to
from cases.workflow import Action
from gridgov.errors import NotFoundForYou, NotPermitted, PhotoRefused
from gridgov.evidence import stored_photos
from gridgov.forms import add_errors
from gridgov.idempotency import once
from grids.command import lowest_centre
from grids.models import Area, GridObject, Role, User
from grids.requests import StaffRequest
from grids.selectors import locate, responsible_for

# What most often takes somebody out of their own grids; they may say it in other words.
OUTSIDE_REASONS = (_("Pursuing a matter"), _("Helping a neighbouring grid"), _("On the way"))


@once
def report_case(request: StaffRequest) -> HttpResponse:
    """What is wrong, and where: one page, sent in one go."""
    if not can_report_case(request.user):
        raise NotPermitted(Action.REPORT)
    about = _object_asked(request)
    form = ReportForm(
        request.POST or None,
        request.FILES or None,
        about=about,
        at_a_desk=has_role(request.user, Role.OPERATOR),
        initial={"object": about.code, "address": about.public_address} if about else {},
    )
    if request.method == "POST" and form.is_valid():
        case = _reported(form, request.user)
        if case is not None:
            return lead_to(request, reverse("cases:case_reported", args=[case.number]))
    words = request.GET.get("class_words", "").strip()
    context = {
        "form": form,
        "about": about,
        **_class_choices(form, request.user),
        "words": words,
        "found": search_classes(words) if words else [],
        # Where the map begins while nobody knows the position.
        "home": request.user.current_posts[0].area,
        "outside_reasons": OUTSIDE_REASONS,
    }
    return render(request, "cases/report_case.html", context, status=422 if form.errors else 200)


def _object_asked(request: StaffRequest) -> GridObject | None:
    """The object whose page led here, or that the form names, if the person may see it."""
    code = request.POST.get("object") or request.GET.get("object", "")
    if not code or not code.isprintable():  # PostgreSQL takes no NUL
        return None
    return GridObject.objects.visible_to(request.user).select_related("type").filter(code=code).first()


def _reported(form: ReportForm, actor: User) -> Case | None:
    """The new case; None when it was refused, with the reason on the form."""
    data = form.cleaned_data
    settled = data["is_settled"]
    results = data["after_photos"] if settled else []
    read = "photos"
    try:
        with ExitStack() as stack:
            photos = stack.enter_context(stored_photos(data["photos"], actor=actor))
            read = "after_photos"
            after_photos = stack.enter_context(stored_photos(results, actor=actor))
            fields: dict[str, Any] = {
                # A camera's position stands in where the device gave none.
                "point": form.point()
                or next((photo.exif_point for photo in photos if photo.exif_point), None),
                "device_point": form.point("device_"),
                "photos": photos,
                **{
                    name: data[name]
                    for name in (
                        "accuracy_m",
                        "address",
                        "case_class",
                        "description",
                        "object",
                        "outside_reason",
                        "extent",
                        *(name for name in DESK_FIELDS if data.get(name)),
                    )
                },
            }
            if settled:
                return report_settled_case(actor=actor, after_photos=after_photos, **fields)
            return report(actor=actor, **fields)
    except PhotoRefused as refused:
        form.add_error(read, refused.words(len(data[read])))
    except ValidationError as error:
        add_errors(form, error)
    return None


def _class_choices(form: ReportForm, user: User) -> dict[str, Any]:
    """The classes to choose from at once, and the one that is chosen or proposed."""
    own = used_classes(user)
    classes = own or classes_used_around(user)
    chosen = form["case_class"].value() if form.is_bound else own[0].pk if own else None
    if form.is_bound and chosen and chosen not in {str(one.pk) for one in classes}:
        classes = [*CaseClass.objects.filter(pk=chosen), *classes] if str(chosen).isdecimal() else classes
    # In the catalogue's order, so that no report moves a button to another place.
    classes.sort(key=lambda one: one.full_code)
    return {"classes": classes, "chosen_class": str(chosen or "")}


@require_GET
def case_reported(request: StaffRequest, number: str) -> HttpResponse:
    """The number of the case just reported, and what happens next with it."""
    case = (
        Case.objects.filter(reporter=request.user, number=number)
        .select_related("holder", "case_class", "community", "grid")
        .first()
    )
    if case is None:
        raise NotFoundForYou(number)
    holder = case.holder if case.is_open else None
    return render(request, "cases/case_reported.html", {"case": case, "holder": holder})


@require_GET
def report_place(request: StaffRequest) -> HttpResponse:
    """Where a point lies, in words, and who gets what is reported there; `?amends=` a case stays where it is."""
    form = PlaceForm(request.GET)
    point = form.point() if form.is_valid() else None
    if point is None:
        return HttpResponse(status=400)
    located = locate(point)
    found = (
        {
            "area": located.area,
            "above": located.chain[-2:0:-1],  # up to the street; everybody knows their district
            "centre": None if "amends" in request.GET else lowest_centre(located.chain),
            "responsible": next(iter(responsible_for(located.area)), None),
            "is_outside": _is_outside(request.user, located.chain),
        }
        if located
        else {}
    )
    return render(request, "cases/report_place.html", found)


def _is_outside(user: User, chain: Sequence[Area]) -> bool:
    """Whether a place lies in none of the areas of a person's posts."""
    return not {post.area_id for post in user.current_posts} & {area.pk for area in chain}


@require_GET
def report_classes(request: StaffRequest) -> HttpResponse:
    """The classes whose names hold what was typed."""
    words = request.GET.get("class_words", "").strip()
    return render(
        request,
        "cases/report_case.html#classes",
        {"found": search_classes(words) if words else [], "words": words},
    )
