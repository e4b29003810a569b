"""What an inspector fills in on the spot."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from cases.forms.extent import ExtentForm
from cases.forms.photos import PhotosField
from cases.models import CaseClass, Channel
from cases.services.contact import LONGEST_NAME, digits_of
from grids.models import GridObject

DESK_FIELDS = ("channel", "external_id", "contact_name", "contact_phone")
UNKNOWN_OBJECT = _("There is no such object in your areas (any more). Report it without the object.")


class PlaceForm(forms.Form):
    """A position; degrees, WGS-84."""

    longitude = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)

    def point(self, prefix: str = "") -> Point | None:
        """The point of the two fields with the prefix, or None unless both are filled."""
        longitude, latitude = (self.cleaned_data.get(f"{prefix}{name}") for name in ("longitude", "latitude"))
        if longitude is None or latitude is None:
            return None
        return Point(longitude, latitude, srid=4326)


# How something reaches a desk.
_AT_A_DESK = [
    (channel.value, channel.label)
    for channel in (Channel.HOTLINE, Channel.CITIZEN, Channel.MEDIA, Channel.LEADER, Channel.SYSTEM)
]


class ReportForm(PlaceForm, ExtentForm):
    """A report: what, where, and when it was put right at once, how it looks now."""

    photos = PhotosField(label=_("Photos"), required=False)
    case_class = forms.ModelChoiceField(
        CaseClass.objects.filter(is_active=True), label=_("Class"), required=False
    )
    description = forms.CharField(
        label=_("What is wrong"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    address = forms.CharField(label=_("Address or landmark"), max_length=200, required=False)
    device_longitude = forms.FloatField(
        min_value=-180, max_value=180, required=False, widget=forms.HiddenInput
    )
    device_latitude = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    accuracy_m = forms.FloatField(min_value=0, required=False, widget=forms.HiddenInput)
    outside_reason = forms.CharField(label=_("Outside your own grids: why?"), max_length=200, required=False)
    is_settled = forms.BooleanField(label=_("I settled it on the spot"), required=False)
    after_photos = PhotosField(label=_("Photos of the result"), required=False)
    object = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    # A call or a letter that somebody takes at a desk.
    channel = forms.ChoiceField(label=_("Came in by"), choices=_AT_A_DESK, required=False)
    external_id = forms.CharField(label=_("The channel's own number"), max_length=60, required=False)
    contact_name = forms.CharField(
        label=_("Who called or wrote"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    contact_phone = forms.CharField(
        label=_("Their phone"),
        max_length=30,
        required=False,
        help_text=_("Shown masked; whole only to those who work on the case, for a stated purpose."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, about: GridObject | None, at_a_desk: bool = False, **kwargs: Any) -> None:
        """`about` is the object that the form names, if the person may see it; `at_a_desk` asks who called."""
        super().__init__(*args, **kwargs)
        self.about = about
        if not at_a_desk:
            for name in DESK_FIELDS:
                del self.fields[name]

    def clean_contact_phone(self) -> str:
        return digits_of(self.cleaned_data["contact_phone"])

    def clean_object(self) -> GridObject | None:
        if not self.cleaned_data["object"]:
            return None
        if self.about is None:
            raise forms.ValidationError(UNKNOWN_OBJECT, code="unknown")
        return self.about

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.add_extent(data)
        # The class alone may be only the one that was proposed.
        if not (data.get("photos") or data.get("description")) and "photos" not in self.errors:
            self.add_error("photos", _("Take a photo, or say in a few words what is wrong."))
        if data.get("is_settled") and not data.get("after_photos") and "after_photos" not in self.errors:
            self.add_error("after_photos", _("Take a photo of how it looks now."))
        return data
