"""Looking areas up: where they are, what is under them, who answers for them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gridgov.errors import NotFoundForYou
from grids.models import Area, AreaVersion, Post
from grids.requests import StaffRequest
from grids.selectors import chain_of, grids_under_children, responsible_by_area, responsible_for

PAGE_SIZE = 100


@dataclass(frozen=True)
class AreaRow:
    """A line of the list; `grids` is how many lie under the area."""

    area: Area
    people: list[Post]
    grids: int

    @property
    def more_people(self) -> int:
        """Those whose names find no room."""
        return max(len(self.people) - 2, 0)


def area_list(request: StaffRequest) -> HttpResponse:
    """The areas under one (`under`, a code), or those that `q` finds by code or name.

    Without either: the districts, or what is under the only one.
    """
    areas = Area.objects.visible_to(request.user).current()
    words = request.GET.get("q", "").strip()
    under: Area | None = None
    if request.GET.get("under"):
        under = _area(areas, request.GET["under"])
    elif not words:
        under = _only_district(areas)
    if words:
        found = areas.within(under) if under else areas
        found = found.filter(Q(code__startswith=words) | Q(name__icontains=words))
    else:
        found = areas.filter(parent=under)
    page = list(_for_rows(found).filter(code__gt=request.GET.get("after", ""))[: PAGE_SIZE + 1])
    rows = page[:PAGE_SIZE]
    people, grids = responsible_by_area(rows), {} if words else grids_under_children(under)
    context = {
        "areas": [AreaRow(area, people.get(area.pk, []), grids.get(area.code, 0)) for area in rows],
        "under": under,
        "chain": chain_of(under) if under else [],
        "words": words,
        "all_areas": reverse("grids:area_list"),
        "first": _address(request) if "after" in request.GET else "",
        "next": _address(request, after=rows[-1].code) if len(page) > PAGE_SIZE else "",
    }
    return render(request, "grids/area_list.html", context)


def area_detail(request: StaffRequest, code: str) -> HttpResponse:
    """One area: its outline and what is under it on a map, who answers for it, its organisations and versions."""
    area = _area(Area.objects.visible_to(request.user), code)
    versions = list(area.versions.defer("outline"))
    below = (
        area.children.current()
        .order_by()
        .values("level")
        .annotate(number=Count("pk"))
        .order_by("level")
        .first()
    )
    context = {
        "area": area,
        "chain": chain_of(area)[:-1],
        "versions": versions,
        "current": next((version for version in versions if version.valid_to is None), None),
        "people": responsible_for(area),
        "tile_url": settings.MAP_TILE_URL,
        "tile_attribution": settings.MAP_TILE_ATTRIBUTION,
        "organisations": area.organisations.filter(is_active=True).order_by("kind", "code"),
        "below": below,
    }
    return render(request, "grids/area_detail.html", context)


def _area(areas: QuerySet[Area], code: str) -> Area:
    area = areas.filter(code=code).first()
    if area is None:
        raise NotFoundForYou(code)
    return area


def _only_district(areas: QuerySet[Area]) -> Area | None:
    districts = areas.filter(parent=None)[:2]
    return districts[0] if len(districts) == 1 else None


def _address(request: StaffRequest, **changes: str) -> str:
    """This page's address without its place in the list, and with other changes."""
    kept = {name: value for name, value in request.GET.items() if name in {"under", "q"} and value}
    return f"{request.path}?{urlencode(kept | changes)}"


def _for_rows(areas: QuerySet[Area]) -> QuerySet[Area]:
    current = AreaVersion.objects.current().filter(area=OuterRef("pk"))
    return (
        areas.select_related("parent")
        .annotate(
            children_count=Count("children", filter=Q(children__retired_on=None)),
            area_m2=Subquery(current.values("area_m2")[:1]),
        )
        .order_by("code")
    )
