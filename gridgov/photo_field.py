"""The field for photos in forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

MOST_PHOTOS = 9


class PhotosInput(forms.ClearableFileInput):
    """A file input for several photos that opens the phone's camera."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*", "capture": "environment", **(attrs or {})})


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
