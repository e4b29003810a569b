"""Where cases lie close together, and the campaigns made of them."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.gis.geos import MultiPoint, Point
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assessment.figures.question import Question, QuestionForm, question_of
from assessment.permissions import can_see_figures
from assessment.services.facts import MOST_BEFORE_A_PAGE, read_facts
from assessment.spots import KINDS, Spot, spots_of
from cases.clusters import Closeness
from cases.filter_choices import class_choices
from gridgov import clock
from gridgov.days import plausible_day
from gridgov.errors import NotFoundForYou
from gridgov.idempotency import once
from grids.area_choices import area_choices
from grids.requests import StaffRequest
from inspections.permissions import can_lead, can_make_campaign
from inspections.services.campaigns import make_campaign_of_places

METRES = (30, 50, 100, 200, 500)
AT_LEAST = (3, 5, 10, 20)
# A campaign begins today and runs so long, unless its maker says otherwise.
CAMPAIGN_DAYS = 14


class SpotForm(QuestionForm):
    """The address of the page: which cases, and how close."""

    kind = forms.ChoiceField(choices=[("", ""), *((kind, kind) for kind in KINDS)], required=False)
    metres = forms.TypedChoiceField(choices=[("", ""), *((n, n) for n in METRES)], coerce=int, required=False)
    at_least = forms.TypedChoiceField(
        choices=[("", ""), *((n, n) for n in AT_LEAST)], coerce=int, required=False
    )
    spot = forms.CharField(required=False, max_length=40)

    most_days = 366


class CampaignForm(forms.Form):
    """What a campaign is made with; all of it is proposed already."""

    theme = forms.CharField(label=gettext_lazy("Theme"), max_length=80)
    starts_on = forms.DateField(
        label=gettext_lazy("from"), validators=[plausible_day], widget=forms.DateInput({"type": "date"})
    )
    ends_on = forms.DateField(
        label=gettext_lazy("to"), validators=[plausible_day], widget=forms.DateInput({"type": "date"})
    )
    note = forms.CharField(
        label=gettext_lazy("What to look at"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )


@require_safe
def spots(request: StaffRequest) -> HttpResponse:
    """The largest hot spots or repeated places as a map and a list; each opens its cases and makes a campaign."""
    question, near, kind, form = _asked(request)
    found, total = spots_of(question, near)
    asked = _address(question, near, kind)
    rows = [_row(request, question, near, spot, asked) for spot in found]
    majors, classes = class_choices(
        *(str(each.pk) if each else "" for each in (question.major, question.case_class))
    )
    context = {
        "question": question,
        "near": near,
        "kind": kind,
        "errors": form.errors,
        "rows": rows,
        "more": total - len(rows),
        "spots_on_map": [_on_map(n, row) for n, row in enumerate(rows, 1)],
        "home": question.area.code if question.area else "",
        "areas": area_choices(request.user, question.area.code if question.area else ""),
        "majors": majors,
        "classes": classes,
        "metres": METRES,
        "at_least": AT_LEAST,
    }
    return render(request, "assessment/spots.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def make_campaign(request: StaffRequest) -> HttpResponse:
    """A campaign for one spot (未诉先办): proposed whole, made by a press."""
    question, near, kind, form = _asked(request)
    found, _total = spots_of(question, near, form.cleaned_data.get("spot") or "-")
    if not found or not can_make_campaign(request.user, found[0].area):
        raise NotFoundForYou("spot")
    spot = found[0]
    asked = _address(question, near, kind)
    back = f"{reverse('assessment:spots')}?{urlencode(asked)}"
    proposed = CampaignForm(request.POST or None, initial=_proposal(spot))
    if request.method == "POST" and proposed.is_valid():
        try:
            made = make_campaign_of_places(
                actor=request.user,
                area=spot.area,
                case_class=spot.case_class,
                places=_places(spot),
                **proposed.cleaned_data,
            )
        except ValidationError as error:
            proposed.add_error(None, error)
        else:
            messages.success(
                request,
                _("The campaign “%(theme)s” is made; its tasks go to who walks there.")
                % {"theme": made.theme},
            )
            return HttpResponseRedirect(back)
    row = _row(request, question, near, spot, asked)
    context = {"form": proposed, "row": row, "back": back, "spots_on_map": [_on_map(1, row)]}
    return render(
        request, "assessment/make_campaign.html", context, status=422 if request.method == "POST" else 200
    )


def _asked(request: StaffRequest) -> tuple[Question, Closeness, str, SpotForm]:
    if not can_see_figures(request.user):
        raise NotFoundForYou("spots")
    read_facts(MOST_BEFORE_A_PAGE)
    form = SpotForm(request.GET)
    question = question_of(request.user, form)
    asked = form.cleaned_data
    kind = asked.get("kind") or "hot"
    usual = KINDS[kind]
    near = Closeness(asked.get("metres") or usual.metres, asked.get("at_least") or usual.at_least)
    return question, near, kind, form


def _address(question: Question, near: Closeness, kind: str) -> dict[str, Any]:
    return {**question.narrowing, "kind": kind, "metres": near.metres, "at_least": near.at_least}


def _row(
    request: StaffRequest, question: Question, near: Closeness, spot: Spot, asked: dict[str, Any]
) -> dict[str, Any]:
    picks = {"case_class": str(spot.case_class.pk), "spot": f"{spot.number}~{near.metres}~{near.at_least}"}
    campaign = f"{reverse('assessment:make_campaign')}?{urlencode({**asked, 'spot': spot.number})}"
    return {
        "spot": spot,
        "list_url": question.list_url(**picks),
        "open_url": question.list_url("open", **picks),
        "campaign_url": campaign if can_make_campaign(request.user, spot.area) else "",
        "campaigns": [(each, can_lead(request.user, each.area)) for each in spot.campaigns],
    }


def _on_map(n: int, row: dict[str, Any]) -> dict[str, Any]:
    spot = row["spot"]
    return {
        "n": n,
        "at": [spot.middle.y, spot.middle.x],
        "count": spot.count,
        "name": f"{spot.case_class} · {spot.address or spot.area}",
        "outline": spot.outline,
        "treated": bool(spot.campaigns),
    }


def _proposal(spot: Spot) -> dict[str, Any]:
    today = clock.today()
    where = f"{spot.area} {spot.address}".strip()
    return {
        "theme": (_("Recurring complaints · %(name)s") % {"name": spot.case_class})[:80],
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(CAMPAIGN_DAYS - 1)).isoformat(),
        "note": _(
            "%(where)s: %(count)d cases of “%(name)s” within %(metres)d m. Look for the cause, not only for the case."
        )
        % {"where": where, "count": spot.count, "name": spot.case_class, "metres": max(spot.across_m, 1)},
    }


def _places(spot: Spot) -> MultiPoint:
    """Its places, each once."""
    return MultiPoint([Point(*place) for place in dict.fromkeys(spot.places.coords)], srid=4326)
