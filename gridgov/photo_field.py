"""The field for photos in forms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from gridgov.evidence import Told

MOST_PHOTOS = 9


class PhotosInput(forms.ClearableFileInput):
    """A file input for several photos that opens the phone's camera.

    Beside it comes `NAME_told`, where the page knows more of the files than they hold: JSON, one entry for each.
    """

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*", "capture": "environment", **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        for file, told in zip(value or [], _told_in(data.get(f"{name}_told", "")), strict=False):
            file.told = told
        return value


class ToldForm(forms.Form):
    """What a page says of one photo; without a word for what is not known."""

    taken_at = forms.DateTimeField(required=False)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False)
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False)
    is_marked_copy = forms.BooleanField(required=False)


def _told_in(text: str) -> list[Told]:
    """What a page says of its photos; what makes no sense counts as not said."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [_told(one) for one in said] if isinstance(said, list) else []


def _told(said: Any) -> Told:
    form = ToldForm(said if isinstance(said, dict) else {})
    if not form.is_valid():
        return Told()
    taken_at, longitude, latitude, is_marked_copy = form.cleaned_data.values()
    is_placed = longitude is not None and latitude is not None
    return Told(taken_at, Point(longitude, latitude, srid=4326) if is_placed else None, is_marked_copy)


class PhotosField(forms.FileField):
    """Photos, up to `MOST_PHOTOS`; what they really are is judged when they are stored."""

    widget = PhotosInput
    default_error_messages = {
        "too_many": _("At most %(most)d photos at once."),
        "empty": _("A photo arrived empty. Take it again."),
    }

    def clean(self, data: Sequence[File[bytes]] | None, initial: Any = None) -> list[File[bytes]]:
        files = list(data or [])
        if not files:
            super().clean(None, initial)
        if len(files) > MOST_PHOTOS:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": MOST_PHOTOS}
            )
        return [super(PhotosField, self).clean(file, initial) for file in files]
