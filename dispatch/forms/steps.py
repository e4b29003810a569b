"""What is filled in to command a case, to ask for something and to decide it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from cases.forms.steps import NoteAndPhotosForm, NoteForm, ReasonForm, StepForm
from cases.models import Case
from cases.parts import open_parts
from cases.workflow import Action, ReturnKind
from dispatch.borders import units_across
from dispatch.routing import units_named
from dispatch.units import joinable_units, selectable_units
from gridgov import clock
from grids.models import Area, Organisation

LONGEST_DUTY = 300


class DispatchForm(NoteForm):
    """The unit that gets the case, the one the responsibilities name is chosen already; and units with a part in it."""

    unit = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Unit"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the unit that gets the case.")},
    )
    joint = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("Joint units"), required=False
    )
    field_order = ["unit", "joint", "note"]

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        for name, offered in (("unit", selectable_units(case)), ("joint", joinable_units(case))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = offered
        taken = {part.unit.pk for part in open_parts(case)}
        # Where it runs across borders, who answers for it there comes first.
        self.across = {one.unit.pk: one.area for one in units_across(case)}
        units = [unit for unit in joinable_units(case) if unit.pk not in taken]
        self.units = sorted(units, key=lambda unit: unit.pk not in self.across)
        for unit in self.units:
            self.fields[f"duty.{unit.pk}"] = forms.CharField(max_length=LONGEST_DUTY, required=False)

    @property
    def duties(self) -> list[tuple[Organisation, bool, forms.BoundField, Area | None]]:
        """The units that may be called in, whether each is chosen, the field for what it has to do, and where it is proposed for."""
        chosen = {str(pk) for pk in self["joint"].value() or ()}
        return [
            (unit, str(unit.pk) in chosen, self[f"duty.{unit.pk}"], self.across.get(unit.pk))
            for unit in self.units
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for unit in data.get("joint", ()):
            if unit not in self.units:
                self.add_error("joint", _("%(unit)s takes part already.") % {"unit": unit})
            elif unit == data.get("unit"):
                self.add_error(
                    "joint", _("%(unit)s leads: it can't be a joint unit as well.") % {"unit": unit}
                )
            elif not data.get(f"duty.{unit.pk}"):
                self.add_error("joint", _("Say what %(unit)s has to do.") % {"unit": unit})
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "unit": data["unit"],
            "note": data["note"],
            "joint": [(unit, data[f"duty.{unit.pk}"]) for unit in data["joint"]],
        }


class JoinForm(StepForm):
    """One more unit with a part in the case."""

    unit = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Joint unit"),
        error_messages={"required": _("Choose the unit that is called in.")},
    )
    duty = forms.CharField(
        label=_("What it has to do"),
        max_length=LONGEST_DUTY,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Say what the unit has to do: it reads this.")},
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        taken = [case.unit_id, *(part.unit.pk for part in open_parts(case))]
        unit.queryset = joinable_units(case).exclude(pk__in=[pk for pk in taken if pk])
        self.across = [one for one in units_across(case) if one.unit.pk not in taken]


class ReleaseForm(ReasonForm):
    unit = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Joint unit"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the unit that is let go.")},
    )
    field_order = ["unit", "reason"]

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        mine = [part.unit.pk for part in open_parts(case)]
        unit.queryset = Organisation.objects.filter(pk__in=mine)
        unit.empty_label = None
        if len(mine) == 1:
            self.initial.setdefault("unit", mine[0])


class FeedBackForm(NoteAndPhotosForm):
    """The result; and, for each part that a joint unit has not done, why it goes without."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.waits_for = open_parts(case)
        for part in self.waits_for:
            self.fields[f"without.{part.unit.code}"] = forms.CharField(
                label=_("Why without %(unit)s?") % {"unit": part.unit},
                help_text=part.duty,
                max_length=LONGEST_DUTY,
                error_messages={
                    "required": _("%(unit)s has not done its part: wait for it, or say why it goes without.")
                    % {"unit": part.unit}
                },
            )

    @property
    def reasons(self) -> list[forms.BoundField]:
        return [self[f"without.{part.unit.code}"] for part in self.waits_for]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        codes = [part.unit.code for part in self.waits_for]
        return {
            "note": data["note"],
            "photos": data["photos"],
            "without": {code: data[f"without.{code}"] for code in codes},
        }


class DispatchEachForm(NoteForm):
    """Many cases at once: each to the unit that answers for it, or all to one that could get every one of them."""

    unit = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Unit"),
        widget=forms.RadioSelect,
        required=False,
        blank=True,
        empty_label=_("Each to the unit that answers for it"),
    )
    field_order = ["unit", "note"]

    def __init__(self, *args: Any, cases: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(*args, case=cases[0], **kwargs)
        self.cases = cases
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        shared = set.intersection(*(case.area_ids for case in cases))
        unit.queryset = selectable_units(cases[0]).filter(area__in=shared)

    def foretells(self) -> list[str]:
        """How many would go to which unit; one query."""
        named = Counter(units_named(case.pk for case in self.cases).values())
        lost = named.pop("", 0)
        said = [f"{unit}: {number}" for unit, number in named.most_common()]
        if lost:
            said.append(
                ngettext(
                    "For %(n)d case nobody is named: choose a unit.",
                    "For %(n)d cases nobody is named: choose a unit.",
                    lost,
                )
                % {"n": lost}
            )
        return said


class ReturnForm(ReasonForm):
    """Why the unit gives it back: of what kind, and in its own words."""

    kind = forms.TypedChoiceField(
        label=_("Why"),
        choices=[(kind.value, kind.label) for kind in ReturnKind],
        coerce=ReturnKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say why: a wrong address is nobody's fault.")},
    )
    field_order = ["kind", "reason"]


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
