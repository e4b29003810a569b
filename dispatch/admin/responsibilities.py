"""The responsibility list."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dispatch.models import Responsibility
from dispatch.responsibilities import rivals_of
from gridgov.what_would_happen import WhatWouldHappenAdmin
from grids.models import Organisation, OrganisationKind

# So many rivals are named; the others are only counted.
NAMED = 10


class GiveForm(ActionForm):
    """The bar of actions, with the unit that the chosen lines are given to."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("to"),
        queryset=Organisation.objects.filter(is_active=True).exclude(kind=OrganisationKind.COMMAND),
        required=False,
        widget=AutocompleteSelect(Responsibility._meta.get_field("unit"), admin.site),
    )


@admin.register(Responsibility)
class ResponsibilityAdmin(WhatWouldHappenAdmin):
    """A table to filter and to change many lines of at once."""

    list_display = ("area", "level", "about", "unit", "is_active")
    list_editable = ("is_active",)
    list_filter = ("level", "is_active", "unit__kind", "major", ("case_class", admin.EmptyFieldListFilter))
    list_select_related = ("area", "major", "case_class", "unit")
    list_per_page = 50
    search_fields = (
        "area__name",
        "=area__code",
        "unit__name",
        "=unit__code",
        "major__name",
        "case_class__name",
    )
    search_help_text = gettext_lazy(
        "An area, a unit, a class or a major class, by name; area and unit also by code."
    )
    autocomplete_fields = ("area", "major", "case_class", "unit")
    action_form = GiveForm
    actions = ("give", "put_in_force", "take_out_of_force")

    @admin.display(description=gettext_lazy("about"))
    def about(self, line: Responsibility) -> str:
        return str(line.case_class or line.major or _("every class"))

    def consequences(self, rule: Responsibility) -> list[str]:
        if not (rule.is_active and rule.unit.is_active):
            return [_("Not in force: this line never wins.")]
        about = rule.case_class or rule.major or _("every class")
        stronger, weaker = rivals_of(rule)
        return [
            _("While the %(level)s holds it, %(about)s in %(area)s goes to %(unit)s.")
            % {
                "level": rule.get_level_display(),
                "about": about,
                "area": rule.area,
                "unit": rule.unit.name,
            },
            *_named(_("Wins over this line where it fits: %s"), stronger),
            *_named(_("This line wins over: %s"), weaker),
        ]

    @admin.action(description=gettext_lazy("Give the chosen lines to a unit"), permissions=["change"])
    def give(self, request: HttpRequest, lines: QuerySet[Responsibility]) -> None:
        form = GiveForm(request.POST)
        form.fields["action"].choices = self.get_action_choices(request)  # type: ignore[attr-defined]
        unit = form.cleaned_data.get("unit") if form.is_valid() else None
        if unit is None:
            self.message_user(request, _("Choose the unit beside the action."), messages.ERROR)
        else:
            self._change(request, lines, unit=unit)

    @admin.action(description=gettext_lazy("Put the chosen lines in force"), permissions=["change"])
    def put_in_force(self, request: HttpRequest, lines: QuerySet[Responsibility]) -> None:
        self._change(request, lines, is_active=True)

    @admin.action(description=gettext_lazy("Take the chosen lines out of force"), permissions=["change"])
    def take_out_of_force(self, request: HttpRequest, lines: QuerySet[Responsibility]) -> None:
        self._change(request, lines, is_active=False)

    def _change(self, request: HttpRequest, lines: QuerySet[Responsibility], **change: Any) -> None:
        """Change all lines or none, and say which."""
        try:
            with transaction.atomic():
                count = lines.update(**change)
        except IntegrityError:
            text = _("Nothing was changed: for some of these another line is in force already.")
            self.message_user(request, text, messages.ERROR)
        else:
            text = ngettext("%(count)d line changed.", "%(count)d lines changed.", count)
            self.message_user(request, text % {"count": count}, messages.SUCCESS)


def _named(sentence: str, lines: QuerySet[Responsibility]) -> list[str]:
    """One sentence that names the first of the lines and counts the others; nothing when there are none."""
    named = [str(line) for line in lines[:NAMED]]
    if not named:
        return []
    more = lines.count() - len(named)
    names = "; ".join(named)
    return [sentence % (f"{names}; " + _("and %d more") % more if more else names)]
