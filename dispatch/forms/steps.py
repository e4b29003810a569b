"""What is filled in to command a case, to ask for something and to decide it."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.forms.steps import NoteForm, ReasonForm
from cases.models import Case
from cases.workflow import Action
from dispatch.units import selectable_units
from gridgov import clock
from grids.models import Organisation


class DispatchForm(NoteForm):
    """The unit that gets the case; the one the responsibilities name is chosen already."""

    unit = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Unit"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the unit that gets the case.")},
    )
    field_order = ["unit", "note"]

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = selectable_units(case)


class ExtensionForm(ReasonForm):
    until = forms.DateTimeField(
        label=_("New due time"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Choose the day and time by which it will be done.")},
    )
    field_order = ["until", "reason"]

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        if until <= clock.now():
            raise ValidationError(_("This time has passed already. Choose a later one."), code="passed")
        return until


class SuspensionForm(ReasonForm):
    until = forms.DateField(
        label=_("Suspended until"),
        help_text=_("The clock stands until the end of this day; then it goes on by itself."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day until which the clock shall stand.")},
    )
    field_order = ["until", "reason"]

    def clean_until(self) -> datetime:
        until = make_aware(datetime.combine(self.cleaned_data["until"], time.max))
        if until <= clock.now():
            raise ValidationError(_("This day has passed already. Choose a later one."), code="passed")
        return until


class DecideForm(NoteForm):
    """Yes or no to what the unit asked for; no needs a reason."""

    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Grant")), ("no", pgettext_lazy("request", "Refuse"))],
        coerce=lambda value: value == "yes",
        error_messages={"required": _("Decide: grant or refuse.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _("Needed when you refuse: the unit reads it.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("granted") is False and not data.get("note", "").strip():
            raise ValidationError({"note": _("Say why not: the unit reads it.")})
        return data


# What each request asks for, in the words of whoever decides it.
ASKED = {
    Action.ASK_RETURN: _("The unit wants to give the case back."),
    Action.ASK_EXTENSION: _("The unit asks for more time."),
    Action.ASK_SUSPENSION: _("The unit asks that the clock stands for a while."),
    Action.ASK_DEFERRAL: _("The unit asks to put the case off: it would count in no rate any more."),
}
