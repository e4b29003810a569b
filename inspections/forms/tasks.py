"""What is filled in to take a step of a task, and to order one."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.forms.photos import PhotosField
from gridgov import clock
from gridgov.worktime import WorkingTime, working_time_of
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
    # The object's code; what is ordered about one is done where that stands.
    object = forms.CharField(label=_("Object"), max_length=40, required=False)
    place = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Where"),
        required=False,
        empty_label=_("Choose the place"),
        help_text=_("With an object it is where that stands."),
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

    def __init__(self, *args: Any, area: Area, objects: QuerySet[GridObject], **kwargs: Any) -> None:
        """`objects`: those about which something may be ordered here."""
        super().__init__(*args, **kwargs)
        self._objects = objects
        places = Area.objects.current().within(area).filter(level__gte=AreaLevel.COMMUNITY)
        self._offer("place", places.order_by("code"))
        self._offer("assignee", people_of(area))
        due_at = self.fields["due_at"]
        due_at.initial, due_at.help_text = _proposed_due(working_time_of(area.district_code))

    @property
    def chosen_object(self) -> GridObject | None:
        """The object whose code the form holds, as long as it may be ordered about."""
        code = str(self["object"].value() or "").strip()
        return self._objects.filter(code=code).first() if code else None

    def clean_object(self) -> GridObject | None:
        found = self.chosen_object
        if found is None and self.cleaned_data["object"]:
            raise forms.ValidationError(_("There is no such object here: search for it by name or address."))
        return found

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("object"):
            data["place"] = data["object"].area
        elif not data.get("place") and "object" not in self.errors:
            self.add_error("place", _("Choose the place, or an object."))

    def values(self) -> dict[str, Any]:
        """What the service is called with."""
        data = dict(self.cleaned_data)
        return {"area": data.pop("place"), **data}

    def _offer(self, name: str, choices: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = choices


def _proposed_due(working_time: WorkingTime) -> tuple[datetime, str]:
    """The end of the next working period, where the district is, and how that is said."""
    due_at = timezone.localtime(working_time.end_of_next_slot(clock.now()))
    said = gettext("Proposed is the end of the next working period: %(day)s, %(date)s, %(time)s.") % {
        "day": date_format(due_at, "l"),
        "date": f"{due_at:%m-%d}",
        "time": f"{due_at:%H:%M}",
    }
    return due_at, " ".join(part for part in (said, working_time.note(due_at)) if part)
