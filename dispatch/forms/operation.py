"""What is filled in to call an operation, to decide it, to report in and to rate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.forms.photos import PhotosField
from cases.forms.report import PlaceForm
from cases.models import Case
from dispatch.models import OperationKind
from dispatch.operations import callable_units, units_at_hand
from dispatch.services.operation import MOST_UNITS, Share
from gridgov import clock
from grids.models import Organisation


@dataclass(frozen=True)
class OfferedUnit:
    """A unit that may be called, as the form shows it."""

    unit: Organisation
    chosen: bool = False
    duty: str = ""
    leads: bool = False


class CallForm(PlaceForm):
    """Who is called where, when and what for; each chosen unit with its duty, one of them may lead."""

    caller = forms.ModelChoiceField(Organisation.objects.none(), label=_("Called by"), empty_label=None)
    title = forms.CharField(
        label=_("What it is about"),
        max_length=80,
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    purpose = forms.CharField(
        label=_("What shall be reached"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    address = forms.CharField(label=_("Address or landmark"), max_length=200, required=False)
    starts_at = forms.DateTimeField(
        label=_("Begins"),
        help_text=_("Empty: at once."),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(
        self,
        *args: Any,
        kind: OperationKind,
        callers: list[Organisation],
        case: Case | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.case = kind, case
        caller = self.fields["caller"]
        assert isinstance(caller, forms.ModelChoiceField)
        caller.queryset = Organisation.objects.filter(pk__in=[one.pk for one in callers])
        caller.initial = callers[0].pk
        self._callers = {str(one.pk): one for one in callers}

    @property
    def calling(self) -> Organisation:
        """In whose name it is called, as far as is known."""
        sent = str(self["caller"].value() or "")
        return self._callers.get(sent) or next(iter(self._callers.values()))

    @property
    def offered_units(self) -> list[OfferedUnit]:
        """The units to choose from: those chosen first, then those of the place."""
        at_hand = units_at_hand(self.calling, self._place_so_far(), self.case)
        chosen = self._chosen_units()
        return [
            *(OfferedUnit(unit, True, self._duty(unit), self._leads(unit)) for unit in chosen),
            *(OfferedUnit(unit) for unit in at_hand if unit not in chosen),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["point"] = self.point()
        if data["point"] is None:
            self.add_error(None, forms.ValidationError(_("Choose the place on the map."), code="no_place"))
        data["shares"] = [Share(unit, self._duty(unit), self._leads(unit)) for unit in self._chosen_units()]
        if not data["shares"]:  # said with all else that is missing
            self.add_error(
                None, forms.ValidationError(_("Choose the units that are called."), code="no_units")
            )
        return data

    def values(self) -> dict[str, Any]:
        """What the service is called with."""
        names = ("caller", "title", "purpose", "address", "starts_at", "point", "shares")
        case_id = self.case.pk if self.case else None
        return {**{name: self.cleaned_data[name] for name in names}, "kind": self.kind, "case_id": case_id}

    def _chosen_units(self) -> list[Organisation]:
        if not isinstance(self.data, QueryDict):  # nothing was sent
            return []
        ids = [one for one in self.data.getlist("unit") if one.isascii() and one.isdecimal()]
        return list(callable_units(self.calling).filter(pk__in=ids[:MOST_UNITS]).order_by("level", "code"))

    def _duty(self, unit: Organisation) -> str:
        return str(self.data.get(f"duty-{unit.pk}", ""))[:200]

    def _leads(self, unit: Organisation) -> bool:
        return self.data.get("lead") == str(unit.pk)

    def _place_so_far(self) -> Point | None:
        if self.case and self.case.point:
            return self.case.point
        try:
            longitude, latitude = float(self["longitude"].value()), float(self["latitude"].value())
        except (TypeError, ValueError):
            return None
        return Point(longitude, latitude, srid=4326)


def first_values(case: Case | None) -> dict[str, Any]:
    """What the form begins with: of the case that it is about what is known."""
    begins: datetime = localtime(clock.now()).replace(second=0, microsecond=0)
    if case is None:
        return {"starts_at": begins}
    return {
        "starts_at": begins,
        "title": str(case.case_class or "")[:80],
        "purpose": case.description[:1000],
        "address": case.address,
        "longitude": case.point.x if case.point else None,
        "latitude": case.point.y if case.point else None,
    }


class DecideOperationForm(forms.Form):
    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Approve")), ("no", pgettext_lazy("request", "Refuse"))],
        coerce=lambda value: value == "yes",
        error_messages={"required": _("Decide: approve or refuse.")},
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Needed when you refuse: the caller reads it."),
        widget=forms.Textarea({"rows": 2}),
        max_length=1000,
        required=False,
    )


class OperationReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea({"rows": 2}),
        max_length=1000,
        error_messages={"required": _("Give the reason: it is shown to those it concerns.")},
    )


class ReportInForm(PlaceForm):
    """Where the unit is; without a position near the place the reason."""

    accuracy_m = forms.FloatField(min_value=0, required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Why from here"),
        help_text=_("Needed when you are not near the place, or without a position."),
        max_length=200,
        required=False,
    )


class FeedBackOperationForm(forms.Form):
    photos = PhotosField(label=_("Photos"), required=False)
    feedback = forms.CharField(
        label=_("What was done"), widget=forms.Textarea({"rows": 3}), max_length=1000, required=False
    )


class RateUnitForm(forms.Form):
    unit = forms.ModelChoiceField(Organisation.objects.all(), widget=forms.HiddenInput)
    rating = forms.TypedChoiceField(
        label=_("From 1 to 5"),
        choices=[
            (5, _("5 excellent")),
            (4, _("4 good")),
            (3, _("3 fair")),
            (2, _("2 weak")),
            (1, _("1 poor")),
        ],
        coerce=int,
        error_messages={"required": _("Choose between 1 and 5.")},
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
