"""The rows of a version as forms: items with their bands, bonuses and deductions, levels."""

from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.admin.bands_text import bands_of, in_text
from assessment.indicators import INDICATORS
from assessment.indicators.indicator import Indicator, Unit
from assessment.models import Adjustment, Band, Level, SchemeItem, Way


class BandsField(forms.CharField):
    """Bands as text; the same bands written otherwise are no change."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bands_of(initial or "") != bands_of(data or "")
        except ValidationError:
            return True


class VersionRow(forms.ModelForm):  # type: ignore[type-arg]
    """A row of a version that is not in force; the rows are written anew together, so each is judged among those typed."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def validate_unique(self) -> None:
        pass

    def validate_constraints(self) -> None:
        pass


class ItemForm(VersionRow):
    """An indicator, or what is typed in, with its weight; the bands stand in one field."""

    indicator = forms.ChoiceField(label=gettext_lazy("indicator"), required=False)
    bands_text = BandsField(
        label=gettext_lazy("bands"),
        required=False,
        widget=forms.Textarea({"rows": 3, "cols": 14}),
        help_text=gettext_lazy(
            "One a line: from which value on, then the points, such as “10 60”. Of a rate, 0.9 is 90 %."
        ),
    )

    class Meta:
        model = SchemeItem
        fields = ("indicator", "label", "way", "weight")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "–"), *choices_for(self.kind)]  # type: ignore[attr-defined]
        if self.instance.pk:
            bands = self.instance.bands.values_list("at_least", "points")
            self.fields["bands_text"].initial = in_text(bands)

    def clean_weight(self) -> Any:
        weight = self.cleaned_data["weight"]
        if weight is not None and weight <= 0:
            raise ValidationError(_("A weight is more than 0."))
        return weight

    def clean_bands_text(self) -> str:
        text: str = self.cleaned_data["bands_text"]
        self.bands = bands_of(text)
        return text

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        way = given.get("way")
        if way == Way.TYPED:
            given["indicator"] = ""
            if not given.get("label"):
                self.add_error("label", _("Give what is typed in a name."))
        elif way:
            given["label"] = ""
            if not given.get("indicator"):
                self.add_error("indicator", _("Choose what is counted."))
        if way == Way.BANDS and "bands_text" in given and not self.bands:
            self.add_error("bands_text", _("Type the bands."))
        if way != Way.BANDS:
            self.bands = []
        return given


class AdjustmentForm(VersionRow):
    """Points on top or off for each one counted."""

    indicator = forms.ChoiceField(label=gettext_lazy("indicator"))

    class Meta:
        model = Adjustment
        fields = ("indicator", "each", "cap")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "–"), *choices_for(self.kind, Unit.COUNT)]  # type: ignore[attr-defined]

    def clean_each(self) -> Any:
        each = self.cleaned_data["each"]
        if each == 0:
            raise ValidationError(_("0 changes nothing: more adds points, less takes them off."))
        return each

    def clean_cap(self) -> Any:
        cap = self.cleaned_data["cap"]
        if cap is not None and cap <= 0:
            raise ValidationError(_("It is more than 0."))
        return cap


class LevelForm(VersionRow):
    """A level of the whole score."""

    class Meta:
        model = Level
        fields = ("letter", "colour", "at_least")


class VersionRows(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """All rows of a kind of a version; what stands for them is written anew, so that rows may change places."""

    # Fields that no two rows share.
    alone: tuple[tuple[str, ...], ...] = ()

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "kind": self.instance.scheme.kind}

    def validate_unique(self) -> None:
        pass

    @property
    def kept(self) -> list[Any]:
        """The forms of the rows that there will be."""
        return [
            form
            for form in self.forms
            if not (self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]
            and (form.instance.pk or form.has_changed())
        ]

    def clean(self) -> None:
        if any("id" in form.errors for form in self.forms):
            raise ValidationError(
                _(
                    "Somebody else has changed this version since you opened it. Open it in a second window and compare."
                )
            )
        for names in self.alone:
            seen = Counter(
                tuple(form.cleaned_data.get(name) for name in names) for form in self.kept if form.is_valid()
            )
            if any(n > 1 for key, n in seen.items() if all(part is not None for part in key)):
                raise ValidationError(self.said_twice())

    def said_twice(self) -> str:
        return _("No two rows may be the same.")

    def save(self, commit: bool = True) -> list[Any]:
        self.new_objects: list[Any] = []
        self.changed_objects: list[Any] = []
        self.deleted_objects: list[Any] = []
        if not self.has_changed():
            return []
        rows: Any = self.model
        rows.objects.filter(version=self.instance).delete()
        for form in self.kept:
            row = form.instance
            row.pk, row.version = None, self.instance
            row._state.adding = True
            row.save(force_insert=True)
            self.write_below(form)
            self.new_objects.append(row)
        return self.new_objects

    def write_below(self, form: Any) -> None:
        """What belongs to a row that was just written."""


class ItemRows(VersionRows):
    alone = (("indicator", "label"),)

    def said_twice(self) -> str:
        return _("Each indicator, and each name of what is typed in, stands here once.")

    def write_below(self, form: Any) -> None:
        Band.objects.bulk_create(
            [Band(item=form.instance, at_least=at_least, points=points) for at_least, points in form.bands]
        )


class AdjustmentRows(VersionRows):
    alone = (("indicator",),)

    def said_twice(self) -> str:
        return _("Each indicator stands here once.")


class LevelRows(VersionRows):
    alone = (("letter",), ("at_least",))

    def said_twice(self) -> str:
        return _("Each level has a letter and a number of points of its own.")


def choices_for(kind: str, unit: Unit | None = None) -> list[tuple[str, str]]:
    """The indicators by which somebody of a kind can be scored, by name; of one unit alone."""
    found = [
        indicator
        for indicator in INDICATORS.values()
        if kind in indicator.kinds and unit in (None, indicator.unit)
    ]
    return [(each.code, name_of(each)) for each in found]


def name_of(indicator: Indicator) -> str:
    """Its name, and whether it is a count or a rate."""
    what = _("count") if indicator.unit == Unit.COUNT else _("rate")
    return f"{capfirst(str(indicator.label))} ({what})"
