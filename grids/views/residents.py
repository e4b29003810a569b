"""Who lives in a dwelling: masked, and one in full for a stated purpose."""

from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from gridgov.errors import NotFoundForYou
from gridgov.idempotency import once
from gridgov.views.home import home_of, layout_of
from grids.models import GridObject, ObjectKind, ResidentLook, User
from grids.permissions import areas_of_resident_looks, can_see_resident_looks, can_see_residents
from grids.registry import object_for
from grids.requests import StaffRequest
from grids.services import residents as services
from grids.services.residents import LEAST_PURPOSE

# In the session: the looks whose records have not been shown yet, of a person with several tabs.
_TO_SHOW = "looks_to_show"
_MOST_TO_SHOW = 10
LOOKS_SHOWN = 20
LOOKS_A_PAGE = 50


# Offered while one types; anything else may be written.
_USUAL_PURPOSES = (
    gettext_lazy("Visit at home as planned"),
    gettext_lazy("Registering who moved in or out"),
    gettext_lazy("Handling a case at this home"),
    gettext_lazy("Checking on somebody who lives alone"),
    gettext_lazy("Fire safety check of a rented home"),
    gettext_lazy("Advice on social benefits"),
)


class LookForm(forms.Form):
    """What a full look is for."""

    usual_purposes = _USUAL_PURPOSES
    purpose = forms.CharField(
        label=gettext_lazy("What do you need it for?"),
        min_length=LEAST_PURPOSE,
        max_length=200,
        help_text=gettext_lazy("It is written down with your name and the time."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@once
@require_POST
@never_cache
def look_at_resident(request: StaffRequest, code: str, resident_id: int) -> HttpResponse:
    """Write a full look down and lead to it; a purpose that is missing comes back with the form."""
    dwelling = object_for(request.user, code)
    if not dwelling.residents.filter(pk=resident_id).exists():
        raise NotFoundForYou(resident_id)
    form = LookForm(request.POST)
    if form.is_valid():
        try:
            look = services.look_at_resident(resident_id, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            waiting = request.session.get(_TO_SHOW, [])
            request.session[_TO_SHOW] = [*waiting, look.pk][-_MOST_TO_SHOW:]
            return HttpResponseRedirect(reverse("grids:resident_look", args=[code, look.pk]))
    return _look_page(request, dwelling, {"resident_id": resident_id, "form": form}, status=422)


@require_GET  # Asking for the head alone would use up the one look.
@never_cache
def resident_look(request: StaffRequest, code: str, look_id: int) -> HttpResponse:
    """The record that a look was written down for: shown once, to whoever looked; from then on one asks anew."""
    dwelling = object_for(request.user, code)
    look = dwelling.resident_looks.filter(pk=look_id, by=request.user).first()
    if look is None:
        raise NotFoundForYou(look_id)
    resident = dwelling.residents.filter(pk=look.resident_number).first()
    if not _take_look(request, look.pk) or resident is None:
        messages.info(request, _("That record was shown once. Say what you need it for to see it again."))
        return HttpResponseRedirect(reverse("grids:object_detail", args=[code]))
    return _look_page(request, dwelling, {"resident": resident, "purpose": look.purpose})


def _take_look(request: StaffRequest, look_id: int) -> bool:
    """Whether its record has not been shown yet; from now on it has."""
    waiting = request.session.get(_TO_SHOW, [])
    if look_id not in waiting:
        return False
    request.session[_TO_SHOW] = [pk for pk in waiting if pk != look_id]
    return True


def _look_page(
    request: StaffRequest, dwelling: GridObject, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    phone = layout_of(request) == "phone.html"
    context |= {
        "object": dwelling,
        "phone": phone,
        "layout": "grids/registry_phone.html" if phone else "grids/registry_desk.html",
        "home": home_of(request.user),
    }
    return render(request, "grids/look_at_resident.html", context, status=status)


@require_safe
def resident_look_list(request: StaffRequest) -> HttpResponse:
    """All looks at residents' records in the areas that one supervises, newest first: who, under which post, what for."""
    areas = areas_of_resident_looks(request.user)
    if not areas:
        raise NotFoundForYou(request.user)
    where = reduce(or_, (Q(dwelling__area__path__startswith=area.path) for area in areas))
    looks = ResidentLook.objects.filter(where).select_related(
        "by", "post__organisation", "dwelling__type", "dwelling__area"
    )
    page = Paginator(looks.order_by("-id"), LOOKS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "layout": layout_of(request), "home": home_of(request.user)}
    return render(request, "grids/resident_look_list.html", context)


def residents_part(user: User, shown: GridObject) -> dict[str, Any]:
    """What the page of a dwelling says of its residents: masked rows, or only how many, and who looked."""
    if shown.type.kind != ObjectKind.DWELLING:
        return {}
    part: dict[str, Any] = {"resident_form": LookForm()}
    if can_see_residents(user, shown):
        part["residents"] = list(shown.residents.order_by("id"))
        part["resident_count"] = len(part["residents"])
    else:
        part["resident_count"] = shown.residents.count()
    if can_see_resident_looks(user, shown):
        looks = shown.resident_looks.select_related("by", "post__organisation")
        part["looks"] = list(looks.order_by("-id")[:LOOKS_SHOWN])
    return part
