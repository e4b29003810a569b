"""What is filled in to urge, and to answer."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.steps import NoteAndPhotosForm, NoteForm
from cases.models import UrgingLevel
from cases.permissions import capacities
from cases.workflow import Capacity
from dispatch.services.urge import LONGEST_NOTE
from dispatch.urgings import open_urgings, reply_due
from gridgov import clock


class UrgeForm(NoteForm):
    """How pressing, what one wants to know, and by when; the level proposes the time."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("How pressing"),
        coerce=lambda value: UrgingLevel(int(value)),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how pressing it is.")},
    )
    reply_due_at = forms.DateTimeField(
        label=gettext_lazy("Answer by"),
        help_text=gettext_lazy("Empty: as the level says."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        required=False,
    )
    field_order = ["level", "note", "reply_due_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note, level = self.fields["note"], self.fields["level"]
        assert isinstance(note, forms.CharField)
        assert isinstance(level, forms.TypedChoiceField)
        note.label, note.required = _("What you want to know"), True
        note.max_length = LONGEST_NOTE
        note.widget.attrs["maxlength"] = str(LONGEST_NOTE)
        note.error_messages["required"] = _("Say what you want to know: whoever has the case reads it.")
        is_leader = Capacity.LEADER in capacities(self.user, self.case)
        levels = [each for each in UrgingLevel if each is not UrgingLevel.LEADER or is_leader]
        level.choices = [(each.value, self._words(each)) for each in levels]
        level.initial = levels[-1].value if is_leader else UrgingLevel.REMINDER.value

    def _words(self, level: UrgingLevel) -> str:
        due = localtime(reply_due(self.case, level, clock.now()))
        return _("%(level)s: answer by %(due)s") % {"level": level.label, "due": f"{due:%Y-%m-%d %H:%M}"}

    def clean_reply_due_at(self) -> datetime | None:
        due: datetime | None = self.cleaned_data["reply_due_at"]
        if due is not None and due <= clock.now():
            raise ValidationError(_("This time has passed already. Choose a later one."), code="passed")
        return due


class AnswerUrgingForm(NoteAndPhotosForm):
    """How it stands, in reply to what was asked up to now."""

    up_to = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.urgings = list(open_urgings([self.case.pk]))
        self.initial["up_to"] = max((urging.pk for urging in self.urgings), default=None)
        note = self.fields["note"]
        note.label, note.required = _("How it stands"), True
        note.error_messages["required"] = _("Say how it stands: whoever urged reads it.")
