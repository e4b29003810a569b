"""What is filled in to take a step; the fields are named as the services name them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.photos import PhotosField
from cases.models import Case
from grids.models import User


class StepForm(forms.Form):
    """The form of one step of one case, filled in by one person."""

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        self.case, self.user = case, user
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """What the service is called with."""
        return dict(self.cleaned_data)


class ReasonForm(StepForm):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
        error_messages={"required": _("Give the reason: it stands in the timeline.")},
    )


class NoteForm(StepForm):
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea({"rows": 3}), max_length=1000, required=False
    )


class NoteAndPhotosForm(NoteForm):
    photos = PhotosField(label=_("Photos"), required=False)
    field_order = ["photos", "note"]


class AnswerCheckForm(NoteAndPhotosForm):
    is_true = forms.TypedChoiceField(
        label=_("Is it as reported?"),
        choices=[("yes", _("Yes, it is there")), ("no", _("No, it is not"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is as reported.")},
    )
    field_order = ["is_true", "photos", "note"]


class VerifyForm(NoteAndPhotosForm):
    passed = forms.TypedChoiceField(
        label=_("Is it solved?"),
        choices=[("yes", _("Solved")), ("no", _("Not solved"))],
        coerce=lambda value: value == "yes",
        error_messages={"required": _("Say whether it is solved.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _("Needed when it is not solved, or without a photo.")


class CommentForm(StepForm):
    text = forms.CharField(
        label=_("Comment"),
        widget=forms.Textarea({"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Write something first.")},
    )
