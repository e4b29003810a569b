"""What is filled in at intake: class and condition, corrections, the case to merge into."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.forms.extent import ExtentForm, extent_as_sent
from cases.forms.report import PlaceForm
from cases.forms.steps import NoteForm, StepForm
from cases.models import Case, CaseClass, Condition
from cases.models.case import LONGEST_DESCRIPTION
from cases.workflow import UNREGISTERED


class ClassForm(StepForm):
    """A class and one of its conditions; what was reported stands until another is chosen."""

    case_class = forms.ModelChoiceField(
        CaseClass.objects.filter(is_active=True).select_related("major"), label=_("Class"), required=False
    )
    condition = forms.ModelChoiceField(
        Condition.objects.filter(is_active=True), label=_("Condition"), required=False
    )

    def __init__(self, *args: Any, case: Case, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        reported = {"case_class": case.case_class_id, "condition": case.condition_id}
        super().__init__(*args, case=case, initial={**reported, **(initial or {})}, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        condition, case_class = data.get("condition"), data.get("case_class")
        # Left from the class that was chosen before: the new one's first condition stands.
        if condition and condition.case_class != case_class:
            data["condition"] = None
        return data


class RegisterForm(ClassForm, ExtentForm):
    """Class and condition; and, where it runs across borders and nobody said so yet, how far it reaches."""

    def __init__(self, *args: Any, case: Case, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(
            *args, case=case, initial={**extent_as_sent(case.extent), **(initial or {})}, **kwargs
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.add_extent(data)
        return data

    def values(self) -> dict[str, Any]:
        names = ("case_class", "condition")
        values: dict[str, Any] = {name: self.cleaned_data[name] for name in names}
        return values | self.redrawn()


class AmendForm(ClassForm, PlaceForm, ExtentForm):
    """Corrections; only what differs from the case is changed."""

    address = forms.CharField(label=_("Address or landmark"), max_length=200, required=False)
    description = forms.CharField(
        label=_("What is wrong"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, case: Case, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        now: dict[str, Any] = {
            "address": case.address,
            "description": case.description,
            **extent_as_sent(case.extent),
        }
        if case.point:
            now |= {"longitude": round(case.point.x, 6), "latitude": round(case.point.y, 6)}
        super().__init__(*args, case=case, initial={**now, **(initial or {})}, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.changed_data:
            raise ValidationError(_("Nothing is different yet."))
        self.add_extent(data)
        return data

    def values(self) -> dict[str, Any]:
        changed = set(self.changed_data)
        values: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ("address", "description") if name in changed
        }
        if changed & {"longitude", "latitude"}:
            values["point"] = self.point()
        if changed & {"case_class", "condition"}:
            values |= {name: self.cleaned_data[name] for name in ("case_class", "condition")}
        return values | self.redrawn()


class ReachForm(StepForm, ExtentForm):
    """How far a registered case reaches, and nothing else of it."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **{**kwargs, "initial": extent_as_sent(case.extent)})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.changed_data:
            raise ValidationError(_("Nothing is different yet."))
        self.add_extent(data)
        return data

    def values(self) -> dict[str, Any]:
        return self.redrawn()


def amend_form(*args: Any, case: Case, **kwargs: Any) -> AmendForm | ReachForm:
    """What can be corrected of a case as it stands."""
    form_class = AmendForm if case.status in UNREGISTERED else ReachForm
    return form_class(*args, case=case, **kwargs)


class MergeForm(NoteForm):
    """One of the cases offered, or any other by its number."""

    into = forms.CharField(max_length=30, required=False)
    into_number = forms.CharField(label=_("Number of the other case"), max_length=30, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        number = (data.get("into_number") or data.get("into") or "").strip()
        if not number:
            raise ValidationError({"into_number": _("Choose a case, or give its number.")})
        data["into"] = Case.objects.visible_to(self.user).filter(number=number).first()
        if data["into"] is None:
            raise ValidationError({"into_number": _("There is no such case that you may see.")})
        return data

    def values(self) -> dict[str, Any]:
        return {"into_id": self.cleaned_data["into"].pk, "note": self.cleaned_data["note"]}
