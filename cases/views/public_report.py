"""Reporting without an account, and joining what others have reported."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from cases.forms.public_report import JoinForm, PublicReportForm
from cases.models import Case
from cases.public_cases import public_cases
from cases.public_limits import count_once, for_everybody, is_challenged, sender_of
from cases.public_nearby import public_cases_nearby
from cases.public_photos import photos_sent
from cases.services import join_case, report_as_citizen
from cases.tracking_codes import spaced
from cases.views.public_track import follower_for
from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.photos_ahead import claim_photos
from grids.models import Area, AreaLevel
from grids.outlines import feature_collection
from grids.views.outlines import OutlinesForm

# Nobody without an account sees grids; and of a whole district the streets are enough.
_FINEST = AreaLevel.COMMUNITY
_ZOOM_OF_A_DISTRICT = 11
_FILLED_IN = ("topic", "longitude", "latitude", "address")


@for_everybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def public_report(request: HttpRequest) -> HttpResponse:
    """What is wrong, and where: one page, sent in one go, or twice where something like it is known nearby."""
    challenged = is_challenged(request, "report")
    if request.method == "POST":
        form = PublicReportForm(request.POST, sent=photos_sent(request), challenged=challenged)
        answer = _report(request, form)
        if answer.status_code < 400:
            return answer
    else:
        # Whoever comes from a closed case has its place and topic filled in.
        known = {name: request.GET[name] for name in _FILLED_IN if name in request.GET}
        form = PublicReportForm(initial=known, challenged=challenged)
    context = {
        "form": form,
        "home": Area.objects.current().filter(level=AreaLevel.DISTRICT).order_by("code").first(),
        "most_photos": settings.PUBLIC_MOST_PHOTOS,
        "max_photo_bytes": settings.PUBLIC_PHOTO_MAX_BYTES,
    }
    return render(request, "cases/public/public_report.html", context, status=422 if form.is_bound else 200)


@once
def _report(request: HttpRequest, form: PublicReportForm) -> HttpResponse:
    """Lead to the new report's code; 422 where the form says why not, or what is known nearby."""
    if not form.is_valid() or form.district is None:
        return HttpResponse(status=422)
    data, case_class = form.cleaned_data, form.case_class
    form.nearby = (
        []
        if data["looked"]
        else public_cases_nearby(
            district=form.district, point=form.place, street=form.street_area, case_class=case_class
        )
    )
    if form.nearby:
        form.give_back()
        return HttpResponse(status=422)
    count_once(request, "report")
    try:
        follower = report_as_citizen(
            district=form.district,
            sender=sender_of(request, email=data["email"]),
            case_class=case_class,
            photos=claim_photos(form.sent.names, actor=None),
            point=form.place,
            address=form.full_address,
            description=data["description"],
            contact_name=data["contact_name"],
            contact_phone=data["contact_phone"],
        )
    except ValidationError as error:
        form.give_back()
        add_errors(form, error)
        return HttpResponse(status=422)
    return redirect("cases:public_reported", spaced(follower.code))


@for_everybody
@never_cache
@require_safe
def public_reported(request: HttpRequest, code: str) -> HttpResponse:
    """The tracking code to keep, as letters and to be photographed."""
    follower = follower_for(request, code)
    address = settings.PUBLIC_URL + reverse("cases:track_case", args=[spaced(follower.code)])
    return render(
        request, "cases/public/public_reported.html", {"follower": follower, "track_address": address}
    )


@for_everybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def public_join(request: HttpRequest, number: str) -> HttpResponse:
    """Be told too of a case that is known already."""
    case = _public_case(number)
    challenged = is_challenged(request, "join")
    data = None
    if request.method == "POST":
        data = request.POST.copy()
        # Who pressed it in the middle of a report of their own has said there what they have to add.
        data.setdefault("note", data.get("description", "")[:500])
    form = JoinForm(data, challenged=challenged)
    if form.is_bound and form.is_valid():
        count_once(request, "join")
        sender = sender_of(request, email=form.cleaned_data["email"])
        follower = join_case(case.pk, sender=sender, note=form.cleaned_data["note"])
        return redirect("cases:public_reported", spaced(follower.code))
    context = {"form": form, "case": case}
    return render(request, "cases/public/public_join.html", context, status=422 if form.errors else 200)


@for_everybody
@require_GET
def public_nearby(request: HttpRequest) -> HttpResponse:
    """Where a point lies in words, and what is known around it, while a report is filled in."""
    count_once(request, "look")
    form = PublicReportForm(request.GET)
    form.is_valid()
    if form.place is None:
        return HttpResponse(status=400)
    if form.district is None:
        return render(request, "cases/public/nearby.html", {"is_outside": True})
    nearby = public_cases_nearby(
        district=form.district, point=form.place, street=form.street_area, case_class=form.case_class
    )
    areas = [area for area in form.areas if area.level != AreaLevel.GRID]
    context = {"areas": areas, "nearby": nearby}
    return render(request, "cases/public/nearby.html", context)


@for_everybody
@require_GET
def public_outlines(request: HttpRequest) -> HttpResponse:
    """Outlines for the maps of strangers, as GeoJSON: of one level in a box, or the streets within an area."""
    form = OutlinesForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    asked = form.cleaned_data
    finest = AreaLevel.STREET if asked["within"] else _FINEST
    levels = {min(level, finest) for level in asked["level"]} or {finest}
    areas = Area.objects.current().filter(level__in=levels)
    if asked["within"]:
        areas = areas.within(asked["within"])
    content = feature_collection(areas, box=asked["bbox"], zoom=asked["zoom"] or _ZOOM_OF_A_DISTRICT)
    response = HttpResponse(content, content_type="application/geo+json")
    patch_cache_control(response, private=True, max_age=3600)
    return response


def _public_case(number: str) -> Case:
    case = public_cases().filter(number=number).first()
    if case is None:
        raise NotFoundForYou(number)
    return case
