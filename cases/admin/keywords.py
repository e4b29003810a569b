"""The words that classes are known by, each tried on a text before it is saved."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.keywords import LEAST_WEIGHT, Keyword, keywords_in_use, weigh
from cases.models import Case, CaseClass, ClassKeyword
from gridgov.what_would_happen import WhatWouldHappenAdmin

# How many of the last reports a word is tried on.
LOOKED_THROUGH = 500


class KeywordForm(forms.ModelForm):  # type: ignore[type-arg]
    trial_text = forms.CharField(
        label=gettext_lazy("a text to try it on"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Not saved. Without one, the last reports are looked through."),
    )

    class Meta:
        model = ClassKeyword
        fields = ("word", "case_class", "condition", "weight", "is_active")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        condition = data.get("condition")
        if condition and condition.case_class != data.get("case_class"):
            raise ValidationError({"condition": _("This condition belongs to another class.")})
        self.instance.trial_text = data.get("trial_text", "")
        return data


@admin.register(ClassKeyword)
class ClassKeywordAdmin(WhatWouldHappenAdmin):
    """Which word speaks for which class, and how much."""

    form = KeywordForm
    fields = ("word", "case_class", "condition", "weight", "is_active", "trial_text")
    list_display = ("word", "case_class", "condition", "weight", "is_active")
    list_editable = ("weight", "is_active")
    list_filter = ("is_active", "weight", "case_class__major")
    list_select_related = ("case_class", "condition")
    list_per_page = 100
    search_fields = ("word", "case_class__name", "=case_class__full_code")
    autocomplete_fields = ("case_class", "condition")

    def consequences(self, rule: ClassKeyword) -> list[str]:
        before = [each for each in keywords_in_use("") if (each.word, each.class_id) != _key(rule)]
        after = [*before, Keyword(rule.word, rule.case_class_id, rule.weight, rule.condition_id)]
        if not rule.is_active:
            after = before
        text = getattr(rule, "trial_text", "")
        return _tried_on(text, after) if text else _tried_on_reports(rule, before, after)


def _key(rule: ClassKeyword) -> tuple[str, int]:
    """What the word was saved as, if it was: it may be another now."""
    saved = ClassKeyword.objects.filter(pk=rule.pk).values_list("word", "case_class_id").first()
    return saved or (rule.word, rule.case_class_id)


def _tried_on(text: str, keywords: list[Keyword]) -> list[str]:
    """What would be proposed for a text, and why."""
    weighed = weigh(text, keywords)
    if not weighed:
        return [_("Nothing would be proposed: no class reaches %(least)d.") % {"least": LEAST_WEIGHT}]
    names = dict(CaseClass.objects.filter(pk__in=[pk for pk, _words in weighed]).values_list("pk", "name"))
    lines = [
        _("%(class)s: %(weight)d, because of %(words)s.")
        % {
            "class": names[pk],
            "weight": sum(word.weight for word in words),
            "words": ", ".join(f"{word.word} +{word.weight}" for word in words),
        }
        for pk, words in weighed
    ]
    if len(weighed) > 1 and _total(weighed[0]) == _total(weighed[1]):
        return [*lines, _("The first ones weigh alike: none would be chosen, a person decides.")]
    return [*lines, _("%(class)s would be proposed.") % {"class": names[weighed[0][0]]}]


def _tried_on_reports(rule: ClassKeyword, before: list[Keyword], after: list[Keyword]) -> list[str]:
    """What the word would change in the last reports."""
    reports = Case.objects.exclude(description="").order_by("-id")
    rows = list(reports.values_list("description", "case_class_id")[:LOOKED_THROUGH])
    holding = [(text, filed) for text, filed in rows if rule.word.casefold() in text.casefold()]
    changed = [
        (filed, _first(text, before), _first(text, after))
        for text, filed in holding
        if _first(text, before) != _first(text, after)
    ]
    return [
        _(
            "Of the last %(all)d reports %(holding)d hold this word; %(filed)d of these were filed under this class."
        )
        % {
            "all": len(rows),
            "holding": len(holding),
            "filed": sum(filed == rule.case_class_id for _text, filed in holding),
        },
        _(
            "Another class than without it would be proposed for %(changed)d: now right for %(better)d, no longer for %(worse)d."
        )
        % {
            "changed": len(changed),
            "better": sum(filed == now for filed, _was, now in changed),
            "worse": sum(filed == was for filed, was, _now in changed),
        },
    ]


def _first(text: str, keywords: list[Keyword]) -> int | None:
    weighed = weigh(text, keywords)
    if not weighed or (len(weighed) > 1 and _total(weighed[0]) == _total(weighed[1])):
        return None
    return weighed[0][0]


def _total(weighed: tuple[int, tuple[Keyword, ...]]) -> int:
    return sum(word.weight for word in weighed[1])
