"""What an inspector fills in on the spot."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from cases.forms.photos import PhotosField
from cases.models import CaseClass
from grids.models import GridObject

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


class ReportForm(PlaceForm):
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

    def __init__(self, *args: Any, about: GridObject | None, **kwargs: Any) -> None:
        """`about` is the object that the form names, if the person may see it."""
        super().__init__(*args, **kwargs)
        self.about = about

    def clean_object(self) -> GridObject | None:
        if not self.cleaned_data["object"]:
            return None
        if self.about is None:
            raise forms.ValidationError(UNKNOWN_OBJECT, code="unknown")
        return self.about

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        # The class alone may be only the one that was proposed.
        if not (data.get("photos") or data.get("description")) and "photos" not in self.errors:
            self.add_error("photos", _("Take a photo, or say in a few words what is wrong."))
        if data.get("is_settled") and not data.get("after_photos") and "after_photos" not in self.errors:
            self.add_error("after_photos", _("Take a photo of how it looks now."))
        return data
