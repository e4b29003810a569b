"""What somebody in the street says about an object."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from gridgov.photo_field import PhotosField
from grids.attributes import choices_of, name_of, unit_of
from grids.models import ChangeKind, GridObject, ObjectState, ObjectType
from grids.services.proposals import PROPOSABLE

ATTRIBUTE = "attribute_"
_FIELDS: Mapping[str, Any] = {
    "name": lambda: forms.CharField(label=_("Name"), max_length=120),
    "address": lambda: forms.CharField(label=_("Address"), max_length=200, required=False),
    "credit_code": lambda: forms.CharField(
        label=_("Unified social credit code"), max_length=18, required=False
    ),
    "business_scope": lambda: forms.CharField(
        label=_("Business scope"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    ),
}
# These have their own place on the page.
_NOT_BY_HAND = ("photos", "longitude", "latitude", "seen_version", "note")
# In what state something still stands; closing is a kind of its own.
_STATES = (ObjectState.IN_USE, ObjectState.DAMAGED, ObjectState.MISSING)


class ProposalForm(forms.Form):
    """A change of one kind: the fields that such a change may touch, prefilled, with a note and photos."""

    longitude = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    # The object as this page shows it: what the phone keeps may arrive days later.
    seen_version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )
    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(
        self, *args: Any, kind: ChangeKind, type: ObjectType, there: GridObject | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.type, self.there = kind, type, there
        if there:
            self.fields["seen_version"].initial = there.version
        for name in PROPOSABLE[kind]:
            if name == "attributes":
                self._add_attributes()
            elif name == "state":
                self.fields["state"] = self._state_field()
            else:
                self.fields[name] = _FIELDS[name]()
                self.fields[name].initial = getattr(there, name, "")

    def _state_field(self) -> forms.Field:
        gone = self.kind == ChangeKind.CLOSED
        states = (ObjectState.CLOSED, ObjectState.REMOVED) if gone else _STATES
        current = self.there.state if self.there else None
        choices = [(one.value, str(one.label).capitalize()) for one in states]
        if current not in states and not gone and current:
            choices.append((current, str(ObjectState(current).label).capitalize()))
        return forms.ChoiceField(
            label=_("State"),
            choices=choices,
            initial=ObjectState.CLOSED if gone else current,
            widget=forms.RadioSelect,
        )

    def _add_attributes(self) -> None:
        values = self.there.attributes if self.there else {}
        for definition in self.type.attributes:
            field = _attribute_field(definition)
            value = values.get(definition["key"])
            field.initial = (
                {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
            )
            self.fields[f"{ATTRIBUTE}{definition['key']}"] = field

    def shown(self) -> Iterator[BoundField]:
        """The fields to be filled in by hand, besides photos; what one adds in one's own words comes last."""
        others = [name for name in self.fields if name not in _NOT_BY_HAND]
        return (self[name] for name in [*others, "note"])

    def queue_map(self) -> str:
        """Where the API takes what is filled in, for the phone's queue."""
        places = {name: f"values.{name}" for name in PROPOSABLE[self.kind] if name != "attributes"}
        keys = [definition["key"] for definition in self.type.attributes]
        return json.dumps(places | {f"{ATTRIBUTE}{key}": f"values.attributes.{key}" for key in keys})

    def point(self) -> Point | None:
        longitude, latitude = self.cleaned_data.get("longitude"), self.cleaned_data.get("latitude")
        return None if longitude is None or latitude is None else Point(longitude, latitude, srid=4326)

    def values(self) -> dict[str, Any]:
        """The fields as the service takes them; an attribute that was emptied is None."""
        names = [name for name in PROPOSABLE[self.kind] if name != "attributes"]
        values = {name: self.cleaned_data[name] for name in names}
        if "attributes" not in PROPOSABLE[self.kind]:
            return values
        given = {
            definition["key"]: self.cleaned_data[f"{ATTRIBUTE}{definition['key']}"]
            for definition in self.type.attributes
        }
        there = self.there.attributes if self.there else {}
        attributes = {key: value for key, value in given.items() if value not in ("", None)}
        attributes |= {key: None for key in there if given.get(key, "") in ("", None) and key in given}
        return {**values, "attributes": attributes}


def _attribute_field(definition: Mapping[str, Any]) -> forms.Field:
    """What `grids.attributes` reads, so that a value comes out as it is kept."""
    common: dict[str, Any] = {
        "label": capfirst(name_of(definition)),
        "required": bool(definition.get("required")),
    }
    common["help_text"] = unit_of(definition)
    empty = [("", "–")]
    match definition["type"]:
        case "number":
            return NumberField(**common)
        case "date":
            return DayField(**common, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
        case "choice":
            return forms.ChoiceField(**common, choices=empty + choices_of(definition))
        case "yes_no":
            return forms.TypedChoiceField(
                **common,
                choices=[*empty, ("true", _("yes")), ("false", _("no"))],
                coerce=lambda value: value == "true",
                empty_value=None,
            )
        case _:
            return forms.CharField(**common, max_length=500)


class NumberField(forms.FloatField):
    """A whole number stays whole."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return int(number) if number is not None and number.is_integer() else number


class DayField(forms.DateField):
    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.isoformat() if day else None


class AcceptForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=40, required=False)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not"), max_length=500, widget=forms.Textarea({"rows": 2}), required=False
    )
