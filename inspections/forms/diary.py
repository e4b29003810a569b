"""What is filled in for the diary."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.photos import PhotosField

RATINGS = [(5, _("5 excellent")), (4, _("4 good")), (3, _("3 fair")), (2, _("2 weak")), (1, _("1 poor"))]


class EntryForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What I heard and saw today"),
        widget=forms.Textarea({"rows": 4}),
        max_length=4000,
        error_messages={"required": _("Write down what you heard or saw.")},
    )
    photos = PhotosField(label=_("Photos"), required=False)


class RatingForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=_("From 1 to 5"),
        choices=RATINGS,
        coerce=int,
        # Nothing is chosen beforehand: a slip would be praise.
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose between 1 and 5.")},
    )
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False)
