"""What everybody may know of cases: the map and list, and one case with its photos."""

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.course import STANDS
from cases.models import Case, CasePhoto, MajorClass, Publicity
from cases.paging import NEWEST_FIRST, page_of
from cases.public_cases import PublicPlace, public_cases, public_photos, public_place, public_text
from cases.public_course import public_course
from cases.public_filters import OPEN_OR_CLOSED, PublicCaseFilter
from gridgov import clock
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.evidence import Size, serve_photo
from grids.area_choices import Choice
from grids.models import Area, AreaLevel, AreaVersion
from grids.outlines import outlines_etag

PAGE_SIZE = 30
_SHOWN_SIZES = ("display", "thumb")
_WORLD = (-180.0, -60.0, 180.0, 75.0)
# What the page has no field for; it says what it stands for and lets go of it with one press.
_UNSEEN = ("not_in", "case_class", "until", "closed_since", "result", "bbox")


@login_not_required
@require_safe
def open_map(request: HttpRequest) -> HttpResponse:
    """The cases that strangers may know of, newest first, and a map of them where there is JavaScript."""
    chosen = chosen_by(request)
    narrowed = PublicCaseFilter(chosen, public_cases(), request=request)
    page = page_of([narrowed.qs], NEWEST_FIRST, chosen.get("page", ""), PAGE_SIZE)
    kept = filters_of(chosen).urlencode()
    context = {
        "rows": [_row(case) for case in page.rows],
        "newer": f"?{kept}&page={page.previous}" if page.previous else "",
        "older": f"?{kept}&page={page.next}" if page.next else "",
        "errors": narrowed.form.errors,
        "chosen": chosen,
        "filters": kept,
        "unseen": [(name, chosen[name], _label(narrowed, name)) for name in _UNSEEN if chosen.get(name)],
        "statuses": OPEN_OR_CLOSED,
        "areas": _areas(chosen.get("area", "")),
        "majors": _majors(chosen.get("major", "")),
        "extent": ",".join(map(str, _extent(chosen.get("area", "")))),
        "outlines_version": outlines_etag(),
        "today": clock.today(),
    }
    return render(request, "cases/public/open_map.html", context)


@login_not_required
@require_safe
def open_case(request: HttpRequest, number: str) -> HttpResponse:
    """One case as far as strangers may know it; what is private, withheld or nobody's number is the same 404."""
    case = public_cases().filter(number=number).first()
    if case is None:
        raise NotFoundForYou(number)
    place = public_place(case)
    context = {
        "case": case,
        "row": _row(case),
        "place": place,
        "map_data": _map_data(case, place),
        "text": public_text(case),
        "photos": [_photo(case, hung) for hung in public_photos(case)],
        "course": public_course(case),
        "join_url": _join_url(case) if case.is_open else "",
    }
    return render(request, "cases/public/open_case.html", context)


@login_not_required
@require_safe
def open_case_photo(request: HttpRequest, number: str, photo_id: UUID, size: Size) -> HttpResponseBase:
    """A photo that somebody chose for strangers, without its metadata."""
    shown = CasePhoto.objects.filter(
        photo=photo_id, is_public=True, case__in=Case.objects.public().filter(number=number)
    )
    hung = shown.select_related("photo").first()
    if hung is None or size not in _SHOWN_SIZES:
        raise NotFoundForYou(number)
    return serve_photo(request, hung.photo, size)


def _map_data(case: Case, place: PublicPlace) -> str:
    """The place within its community as JSON, as the small map takes it; "" where it is not told."""
    if place.lat is None:
        return ""
    current = AreaVersion.objects.current().filter(area=case.community_id).order_by()
    outline = current.annotate(json=AsGeoJSON("outline", precision=5)).values_list("json", flat=True).first()
    return json.dumps({"point": [place.lat, place.lon], "outline": json.loads(outline) if outline else None})


def chosen_by(request: HttpRequest) -> QueryDict:
    """The address's parameters; who says nothing of the status asks for what is open."""
    chosen = request.GET.copy()
    if not any(chosen.get(name) for name in ("status", "closed_since")):
        chosen["status"] = "open"
    return chosen


def filters_of(chosen: QueryDict) -> QueryDict:
    """What of the parameters narrows the cases, each once and in one order, so that the same question reads the same."""
    kept = QueryDict(mutable=True)
    for name in PublicCaseFilter.base_filters:
        if chosen.get(name):
            kept[name] = str(chosen[name])
    return kept


def _row(case: Case) -> dict[str, Any]:
    photos = public_photos(case)
    return {
        "number": case.number,
        "url": reverse("cases:open_case", args=[case.number]),
        "class_name": case.case_class,
        "status": case.status,
        "stands": STANDS[case.status],
        "place": public_place(case).words,
        "since": case.reported_at,
        "closed": case.closed_at,
        "text": public_text(case),
        "thumb_url": _photo_url(case, photos[0], "thumb") if photos else "",
    }


def _photo(case: Case, hung: CasePhoto) -> dict[str, Any]:
    return {
        "url": _photo_url(case, hung, "display"),
        "thumb_url": _photo_url(case, hung, "thumb"),
        "caption": hung.get_kind_display(),
        "alt": _("Photo: %(kind)s") % {"kind": hung.get_kind_display()},
    }


def _photo_url(case: Case, hung: CasePhoto, size: Size) -> str:
    return reverse("cases:open_case_photo", args=[case.number, hung.photo_id, size])


def _join_url(case: Case) -> str:
    try:
        return reverse("cases:public_join", args=[case.number])
    except NoReverseMatch:
        return ""


def _label(narrowed: PublicCaseFilter, name: str) -> str:
    return str(narrowed.filters[name].label)


def _areas(chosen: str) -> list[Choice]:
    """Districts and streets; under the chosen street, or the one of the chosen community, its communities."""
    areas = Area.objects.current()
    here = Area.objects.filter(code=chosen, level__lte=AreaLevel.COMMUNITY)
    near = Q(level=AreaLevel.COMMUNITY) & (
        Q(parent__in=here) | Q(parent__in=here.values("parent")) | Q(pk__in=here)
    )
    shown = (
        areas.filter(Q(level__lte=AreaLevel.STREET) | near)
        if chosen
        else areas.filter(level__lte=AreaLevel.STREET)
    )
    found = list(shown.order_by("path").values_list("code", "name", "level"))
    depth = {AreaLevel.DISTRICT: 0, AreaLevel.STREET: 1}
    return [Choice(code, name, code == chosen, depth.get(AreaLevel(level), 2)) for code, name, level in found]


def _majors(chosen: str) -> list[Choice]:
    """The groups with a class in use of which strangers see something."""
    shown = MajorClass.objects.filter(
        Q(classes__is_active=True) & ~Q(classes__publicity=Publicity.PRIVATE)
        | Q(pk=number_asked(chosen) or 0)
    )
    found = shown.distinct().values_list("pk", "name")
    return [Choice(str(pk), name, str(pk) == chosen) for pk, name in found]


def _extent(area: str) -> tuple[float, ...]:
    """The box that the map begins with: of the chosen area, or of all districts."""
    current = AreaVersion.objects.current().order_by()
    districts = current.filter(level=AreaLevel.DISTRICT)
    wanted = (
        (current.filter(area__code=area, level__lte=AreaLevel.COMMUNITY), districts) if area else (districts,)
    )
    for versions in wanted:
        if extent := versions.aggregate(box=Extent("outline"))["box"]:
            return tuple(extent)
    return _WORLD
