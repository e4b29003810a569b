"""The registry: what stands in my areas, and everything known of one object."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from gridgov.asked import number_asked
from gridgov.context_processors import is_shown
from gridgov.views.home import home_of, layout_of
from grids.area_choices import Choice, area_choices
from grids.attributes import shown_values
from grids.change_words import in_words
from grids.filters import ObjectFilter
from grids.licence_history import licence_changes
from grids.models import GridObject, ObjectKind, ObjectState, ObjectType, RiskGrade
from grids.permissions import can_change_objects, can_propose_change
from grids.registry import (
    MOST_COUNTED,
    ended_of,
    licences_of,
    object_for,
    objects_for,
    objects_on_map,
    parts_of,
    place_data,
    records_of,
    total_of,
    whole_of,
)
from grids.requests import StaffRequest
from grids.selectors import chain_of, responsible_for
from grids.views.outlines import BoxField
from grids.views.residents import residents_part

# Changes on an object's page; older ones by a link.
CHANGES_SHOWN = 10
_NOT_FILTERS = {"after", "before"}
_SELECTS = ("kind", "type", "risk", "state", "area", "licence_ended")


@require_safe
def object_list(request: StaffRequest) -> HttpResponse:
    """The objects of the person's areas and units, narrowed as the address says; htmx gets the rows alone."""
    chosen = request.GET
    narrowed = ObjectFilter(chosen, GridObject.objects.all(), request=request)
    page = objects_for(
        request.user, narrowed.qs, after=chosen.get("after", ""), before=chosen.get("before", "")
    )
    context = {
        **_layout(request),
        "chosen": chosen,
        "page": page,
        "total": total_of(request.user, narrowed.qs),
        "most_counted": MOST_COUNTED,
        "ended": ended_of(page.rows) if chosen.get("licence_ended") == "true" else {},
        "errors": narrowed.form.errors,
        "may_propose": bool(request.user.current_posts),
        "may_import": can_change_objects(request.user),
        "is_narrowed": any(value for name, value in chosen.items() if name not in _NOT_FILTERS),
        # Choosing an area offers those below it.
        "areas": area_choices(request.user, chosen.get("area", "")),
        "filters_set": sum(bool(chosen.get(name)) for name in _SELECTS),
    }
    if request.htmx and request.htmx.target == "objects":
        response = render(request, "grids/object_list.html#objects", context)
    else:
        response = render(request, "grids/object_list.html", context | _choices(request))
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def object_detail(request: StaffRequest, code: str) -> HttpResponse:
    """One object: who answers for it, its licences, what every department knows of it, how it changed.

    `?before=` (an id) shows older changes.
    """
    shown = object_for(request.user, code)
    return render(request, "grids/object_detail.html", _layout(request) | detail_context(request, shown))


@require_safe
def object_map(request: StaffRequest) -> HttpResponse:
    """The objects of the person's areas as dots over the outlines; the page itself holds no data."""
    chosen = request.GET
    posts = request.user.current_posts
    context = {
        **_layout(request),
        **_choices(request),
        "chosen": chosen,
        "areas": area_choices(request.user, chosen.get("area", "")),
        "home": chosen.get("area") or (posts[0].area.code if posts else ""),
        "list_url": f"{reverse('grids:object_list')}?{chosen.urlencode()}",
    }
    return render(request, "grids/object_map.html", context)


@require_safe
def map_objects(request: StaffRequest) -> HttpResponse:
    """The objects within `bbox`, narrowed like the list: dots, or counts where there are too many."""
    box = BoxField(required=False).clean(request.GET.get("bbox", ""))
    narrowed = ObjectFilter(request.GET, GridObject.objects.visible_to(request.user), request=request)
    return JsonResponse(objects_on_map(narrowed.qs, box))


def detail_context(request: StaffRequest, shown: GridObject) -> dict[str, Any]:
    """What the page of an object shows; the queries do not grow with what there is to show."""
    user = request.user
    licences = licences_of(shown)
    changes = shown.changes.select_related("by", "object__type").order_by("-id")
    before = number_asked(request.GET.get("before", ""))
    if before is not None:
        changes = changes.filter(pk__lt=before)
    found = list(changes[: CHANGES_SHOWN + 1])
    licences_before = number_asked(request.GET.get("licences_before", ""))
    changed_licences, older_licences = licence_changes(shown, licences_before)
    return {
        "object": shown,
        "may_propose": can_propose_change(user, shown.area),
        "may_report": bool(user.current_posts),
        "may_visit": is_shown(request, "inspections:visit"),
        "chain": chain_of(shown.area),
        "responsible": responsible_for(shown.area),
        "place_data": place_data(shown),
        "attributes": shown_values(shown.type.attributes, shown.attributes),
        "licences": licences,
        "any_ended": any(each.standing == "ended" for each in licences),
        "whole": whole_of(shown, user),
        "parts": parts_of(shown, user),
        "records": records_of(shown, user),
        "changes": in_words(found[:CHANGES_SHOWN]),
        "older_changes": found[CHANGES_SHOWN - 1].pk if len(found) > CHANGES_SHOWN else None,
        "licence_changes": changed_licences,
        "older_licences": older_licences,
        "is_dwelling": shown.type.kind == ObjectKind.DWELLING,
        **residents_part(user, shown),
    }


def _layout(request: StaffRequest) -> dict[str, Any]:
    phone = layout_of(request) == "phone.html"
    return {
        "phone": phone,
        "layout": "grids/registry_phone.html" if phone else "grids/registry_desk.html",
        "home": home_of(request.user),
    }


def _choices(request: StaffRequest) -> dict[str, Any]:
    """What the selects offer besides areas."""
    chosen = request.GET
    types = ObjectType.objects.filter(is_active=True)
    return {
        "kinds": _offered(ObjectKind.choices, chosen.get("kind", "")),
        "types": _offered([(each.code, str(each)) for each in types], chosen.get("type", "")),
        "risks": _offered(RiskGrade.choices, chosen.get("risk", "")),
        "states": _offered(ObjectState.choices, chosen.get("state", "")),
    }


def _offered(choices: Any, chosen: str) -> list[Choice]:
    return [Choice(value, capfirst(label), value == chosen) for value, label in choices]
