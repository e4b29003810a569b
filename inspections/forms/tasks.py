"""What is filled in to take a step of a task, and to order one."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.forms.photos import PhotosField
from gridgov import clock
from grids.models import Area, AreaLevel, GridObject, User
from inspections.models import Skill
from inspections.people import people_of


class NothingForm(forms.Form):
    """Nothing is asked."""


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea({"rows": 2}), max_length=500, required=False
    )


class FinishForm(NoteForm):
    photos = PhotosField(label=_("Photos"), required=False)
    field_order = ["photos", "note"]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea({"rows": 2}),
        max_length=500,
        error_messages={"required": _("Give the reason: it stands in the task's story.")},
    )


class AssignForm(NoteForm):
    assignee = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=_("Who"),
        error_messages={"required": _("Choose somebody.")},
    )
    field_order = ["assignee", "note"]


class OrderForm(forms.Form):
    """An order (指令): what, where, until when, and who."""

    title = forms.CharField(
        label=_("What is to be done"),
        max_length=120,
        error_messages={"required": _("Say in a few words what is to be done.")},
    )
    note = forms.CharField(
        label=_("What to look out for"), widget=forms.Textarea({"rows": 3}), max_length=2000, required=False
    )
    place = forms.ModelChoiceField(
        Area.objects.none(), label=_("Where"), error_messages={"required": _("Choose the grid.")}
    )
    object = forms.CharField(
        label=_("Code of the object"),
        max_length=40,
        required=False,
        help_text=_("When it is about one object."),
    )
    due_at = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Say until when.")},
    )
    assignee = forms.ModelChoiceField(
        User.objects.none(), label=_("Who"), required=False, empty_label=_("Open: whoever grabs it")
    )
    skill = forms.ModelChoiceField(
        Skill.objects.all(), label=_("Skill it takes"), required=False, empty_label=_("None")
    )
    is_urgent = forms.BooleanField(label=_("Urgent: everybody there is told"), required=False)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_at"].initial = clock.now() + timedelta(hours=4)
        self._offer("place", Area.objects.current().within(area).filter(level__gte=AreaLevel.COMMUNITY))
        self._offer("assignee", people_of(area))

    def clean_object(self) -> GridObject | None:
        code = self.cleaned_data["object"].strip()
        if not code:
            return None
        found: GridObject | None = GridObject.objects.select_related("area").filter(code=code).first()
        if found is None:
            raise forms.ValidationError(_("There is no object with this code."))
        return found

    def values(self) -> dict[str, Any]:
        """What the service is called with."""
        data = dict(self.cleaned_data)
        return {"area": data.pop("place"), **data}

    def _offer(self, name: str, choices: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = choices
