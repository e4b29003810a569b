"""What is asked by a what-if, as it stands in an address: the scheme's own numbers, some of them changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.countables import Limit
from assessment.indicators import label_of
from assessment.models import Adjustment, Level, Period, SchemeItem, Way
from assessment.models.stage_fact import stage_name
from assessment.scoring import Extra, Item, Rules
from assessment.templatetags.scores import plain
from cases.models import Stage

_WHOLE = Decimal(100)
_SHARE, _HOURS = 1000, 10_000


class ItemFields(NamedTuple):
    """An item as the form shows it: its weight, and from and points of each band."""

    item: SchemeItem
    label: str
    weight: BoundField
    bands: list[tuple[BoundField, BoundField]]


class ExtraFields(NamedTuple):
    """A bonus or deduction as the form shows it."""

    label: str
    each: BoundField
    cap: BoundField


class WhatIfForm(forms.Form):
    """Weights, bands, bonuses, deductions and levels of a period's scheme as they are, and another limit of one stage."""

    stage = forms.ChoiceField(label=gettext_lazy("Stage"), required=False)
    share = forms.IntegerField(
        label=gettext_lazy("Per cent of its time"), required=False, min_value=1, max_value=_SHARE
    )
    hours = forms.DecimalField(
        label=gettext_lazy("or hours of its clock"),
        required=False,
        min_value=Decimal(0),
        max_value=_HOURS,
        max_digits=7,
        decimal_places=2,
    )

    def __init__(
        self, asked: Mapping[str, str], period: Period, rules: Rules, stages: Iterable[Stage]
    ) -> None:
        self.rules = rules
        self.items = list(SchemeItem.objects.filter(version=period.version_id).prefetch_related("bands"))
        self.extras = list(Adjustment.objects.filter(version=period.version_id))
        self.levels = list(Level.objects.filter(version=period.version_id).order_by("-at_least"))
        self.kept = self._as_it_is()
        super().__init__({**self.kept, **{name: text.strip() for name, text in asked.items()}})
        stage = self.fields["stage"]
        assert isinstance(stage, forms.ChoiceField)
        stage.choices = [("", _("as it is")), *((each.value, stage_name(each)) for each in stages)]
        for name in self.kept:
            most, places = (10**6, 4) if name.startswith("from-") else (_WHOLE, 2)
            self.fields[name] = forms.DecimalField(
                # A deduction takes points off.
                min_value=-_WHOLE if name.startswith("each-") else Decimal(0),
                max_value=most,
                max_digits=11,
                decimal_places=places,
                label=self._label(name),
            )
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def _as_it_is(self) -> dict[str, str]:
        found = {}
        for item in self.items:
            found[f"weight-{item.pk}"] = plain(item.weight)
            if item.way == Way.BANDS:
                for band in item.bands.all():
                    found[f"from-{band.pk}"] = plain(band.at_least)
                    found[f"points-{band.pk}"] = plain(band.points)
        for extra in self.extras:
            found[f"each-{extra.pk}"] = plain(extra.each)
            found[f"cap-{extra.pk}"] = plain(extra.cap)
        for level in self.levels:
            found[f"level-{level.pk}"] = plain(level.at_least)
        return found

    def _label(self, name: str) -> str:
        sort, _dash, pk = name.partition("-")
        if sort == "weight":
            return label_of(next(item for item in self.items if item.pk == int(pk)))
        if sort == "level":
            return _("%(letter)s from") % {"letter": next(x for x in self.levels if x.pk == int(pk)).letter}
        return {"from": _("from"), "points": _("points"), "each": _("for each"), "cap": _("at most")}[sort]

    @property
    def item_fields(self) -> list[ItemFields]:
        return [
            ItemFields(
                item,
                label_of(item),
                self[f"weight-{item.pk}"],
                [(self[f"from-{band.pk}"], self[f"points-{band.pk}"]) for band in item.bands.all()]
                if item.way == Way.BANDS
                else [],
            )
            for item in self.items
        ]

    @property
    def extra_fields(self) -> list[ExtraFields]:
        return [
            ExtraFields(label_of(extra), self[f"each-{extra.pk}"], self[f"cap-{extra.pk}"])
            for extra in self.extras
        ]

    @property
    def level_fields(self) -> list[tuple[Level, BoundField]]:
        return [(level, self[f"level-{level.pk}"]) for level in self.levels]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        weights = [found[name] for item in self.items if (name := f"weight-{item.pk}") in found]
        if len(weights) == len(self.items) and (whole := sum(weights, Decimal(0))) != _WHOLE:
            self.add_error(
                None,
                _("The weights add up to %(sum)s %%; they must add up to 100 %%.") % {"sum": f"{whole:f}"},
            )
        for item in self.items:
            if item.way == Way.BANDS:
                begins = [found.get(f"from-{band.pk}") for band in item.bands.all()]
                self._check(
                    begins, _("%(indicator)s: the bands must begin at 0.") % {"indicator": label_of(item)}
                )
        self._check(
            [found.get(f"level-{level.pk}") for level in self.levels], _("The levels must begin at 0.")
        )
        self._check_limit(found)
        return found

    def _check(self, begins: list[Decimal | None], message: str) -> None:
        if None in begins:
            return
        if not any(begin == 0 for begin in begins):
            self.add_error(None, message)
        if len(set(begins)) < len(begins):
            self.add_error(None, _("Two bands or levels begin at the same number."))

    def _check_limit(self, found: dict[str, Any]) -> None:
        if "share" in self.errors or "hours" in self.errors or "stage" in self.errors:
            return
        share, hours = found.get("share"), found.get("hours")
        if share is not None and hours is not None:
            self.add_error("hours", _("Give per cent or hours, not both."))
        elif found.get("stage") and share is None and hours is None:
            self.add_error("share", _("Give per cent or hours."))
        elif not found.get("stage") and (share is not None or hours is not None):
            self.add_error("stage", _("Choose the stage whose limit this is."))

    @property
    def changed_rules(self) -> Rules:
        """The rules as they are asked for; of a valid form."""
        asked = self.cleaned_data
        by_pk = {item.pk: item for item in self.items}
        levels = [(asked[f"level-{pk}"], pk) for _at_least, pk in self.rules.levels]
        return replace(
            self.rules,
            items=[self._changed(item, by_pk[item.pk]) for item in self.rules.items],
            extras=[self._changed_extra(extra) for extra in self.rules.extras],
            levels=sorted(levels, key=lambda level: -level[0]),
        )

    def _changed(self, item: Item, row: SchemeItem) -> Item:
        asked = self.cleaned_data
        bands = item.bands
        if row.way == Way.BANDS:
            bands = sorted((asked[f"from-{band.pk}"], asked[f"points-{band.pk}"]) for band in row.bands.all())
        return replace(item, weight=asked[f"weight-{item.pk}"], bands=tuple(bands))

    def _changed_extra(self, extra: Extra) -> Extra:
        asked = self.cleaned_data
        return replace(extra, each=asked[f"each-{extra.pk}"], cap=asked[f"cap-{extra.pk}"])

    @property
    def limit(self) -> Limit | None:
        asked = self.cleaned_data
        if not asked.get("stage"):
            return None
        if asked.get("share") is not None:
            return Limit(asked["stage"], share=asked["share"] / 100)
        return Limit(asked["stage"], minutes=int(asked["hours"] * 60))

    @property
    def address(self) -> str:
        """What differs from the scheme alone, for an address to be passed on."""
        changed = {
            name: self.data[name]
            for name in self.fields
            if self.data.get(name) and self.data[name] != self.kept.get(name)
        }
        return urlencode(changed)
