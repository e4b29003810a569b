"""What an operator decides of a case for strangers: words, photos, withheld; and boxes over a photo."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.models import CasePhoto
from cases.services.publication import MOST_BOXES
from gridgov.redaction import Box

# Rows of numbers that a page without JavaScript offers.
_ROWS = 3


class PublishForm(forms.Form):
    """Words and photos that strangers see; nothing of what was reported goes out by itself."""

    text = forms.CharField(
        label=_("What strangers read"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In your words: no names, plates, phone numbers or flats. May stay empty."),
    )
    photos = forms.MultipleChoiceField(
        label=_("Photos that strangers see"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_withheld = forms.BooleanField(
        label=_("Withhold the case: strangers find nothing of it"), required=False
    )

    def __init__(self, *args: Any, hung: list[CasePhoto], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hung = hung
        choices: Any = [(str(each.photo_id), each.get_kind_display()) for each in hung]
        self.fields["photos"].choices = choices  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial.setdefault("photos", [str(each.photo_id) for each in hung if each.is_public])


class _PerCent(forms.FloatField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"})
        super().__init__(min_value=0, max_value=100, required=False, widget=widget, **kwargs)


class BoxForm(forms.Form):
    """One box over a photo, in per cent of its width and height; a row that is empty is none."""

    left = _PerCent(label=_("from the left"))
    top = _PerCent(label=_("from the top"))
    width = _PerCent(label=_("wide"))
    height = _PerCent(label=_("high"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        numbers = [data.get(name) for name in self.fields]
        is_begun = any(number is not None for number in numbers) and not self.errors
        if is_begun and (None in numbers or not data["width"] or not data["height"]):
            raise ValidationError(_("A box needs all four numbers, and a width and a height."), "no_box")
        return data

    @property
    def box(self) -> Box | None:
        data = self.cleaned_data
        if data.get("width") is None:
            return None
        left, top = data["left"] / 100, data["top"] / 100
        # What reaches over the edge ends there.
        return left, top, min(left + data["width"] / 100, 1.0), min(top + data["height"] / 100, 1.0)


BoxFormSet = forms.formset_factory(
    BoxForm, extra=_ROWS, max_num=MOST_BOXES, absolute_max=MOST_BOXES, validate_max=True
)
