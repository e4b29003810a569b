"""Escalation rules: a table, what each would do, and what all of them would have done last month."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Field, QuerySet
from django.forms import Field as FormField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin.limits import AnyAdmin
from cases.models import EscalationRule
from dispatch.preview_runs import begin_preview, shown_preview
from dispatch.tasks import preview_escalation
from gridgov import clock
from gridgov.what_would_happen import WhatWouldHappenAdmin
from gridgov.worktime import Unit, span_words, working_time_of
from grids.models import Area, AreaLevel


class EscalationRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule in force for every case there is, asks whether that is meant: the form says so as it opens."""

    for_all = forms.BooleanField(
        required=False,
        label=gettext_lazy("for every case"),
        help_text=gettext_lazy("To be ticked for a rule in force without district, level or class."),
    )
    asks = True

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        narrowed = given.get("level") is not None or any(
            given.get(name) for name in ("district_code", "major", "case_class")
        )
        if self.asks and given.get("is_active") and not narrowed and not given.get("for_all"):
            said = _(
                "As it stands it holds for every case of every class. Look at the preview; if it is meant, tick this."
            )
            self.add_error("for_all", said)
        return given


@admin.register(EscalationRule)
class EscalationRuleAdmin(AnyAdmin, WhatWouldHappenAdmin):
    """Who gets what is late, and when; the closest rule wins."""

    form = EscalationRuleForm
    fields = (
        "district_code", "level", "major", "case_class",
        ("after_amount", "after_unit"), "to_level", ("ring_amount", "ring_unit"), "is_active", "for_all",
    )  # fmt: skip
    # Not edited here: its form alone says what would happen, and asks about a rule for every case.
    list_display = ("about", "level", "district_code", "after", "to_level", "rings", "is_active")
    list_select_related = ("major", "case_class")
    autocomplete_fields = ("major", "case_class")
    actions = ("preview_in_force",)
    change_form_template = "admin/escalation_rule_form.html"

    @admin.display(description=gettext_lazy("about"))
    def about(self, rule: EscalationRule) -> str:
        return str(rule.case_class or rule.major or _("every class"))

    @admin.display(description=gettext_lazy("moves up so long after it was due"))
    def after(self, rule: EscalationRule) -> str:
        return span_words(rule.after_amount, Unit(rule.after_unit))

    @admin.display(description=gettext_lazy("rings every"))
    def rings(self, rule: EscalationRule) -> str | None:
        return span_words(rule.ring_amount, Unit(rule.ring_unit)) if rule.ring_amount is not None else None

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        # What only shows consequences may be looked at before.
        address = request.resolver_match.url_name if request.resolver_match else ""
        form.asks = address in ("cases_escalationrule_add", "cases_escalationrule_change")
        return form

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        if db_field.name != "district_code":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.ChoiceField(
            choices=[("", _("any")), *_districts()], required=False, label=capfirst(db_field.verbose_name)
        )

    def consequences(self, rule: EscalationRule) -> list[str]:
        if not rule.is_active:
            return [_("Not in force: it changes nothing.")]
        return [
            *_moments(rule),
            _("To: %(centre)s.")
            % {
                "centre": _("the centre of the %(level)s") % {"level": rule.get_to_level_display()}
                if rule.to_level is not None
                else _("the next centre up")
            },
            _("At the top it rings every %(span)s.")
            % {"span": span_words(rule.ring_amount, Unit(rule.ring_unit))}
            if rule.ring_amount is not None
            else _("At the top it rings as the stage limit says."),
            _("The lights stay as they are: red is red from the due time on."),
            _(
                "A rule of a class goes before one of a major class, that before one for any; then that of a level."
            ),
            _("It holds from the next time a case's clock begins or moves; what waits now keeps its moment."),
        ]

    # The preview

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("preview/", view(self.preview_form), name="escalation_preview_begin"),
            path("preview/<uuid:key>/", view(self.preview_page), name="escalation_preview"),
            *super().get_urls(),
        ]

    def preview_form(self, request: HttpRequest) -> HttpResponse:
        """Work out what the rules in force, with the one in the form, would have done; nothing is saved."""
        if request.method != "POST":
            raise Http404
        pk = request.GET.get("rule", "")
        rule = self.get_object(request, pk) if pk else None
        if not (self.has_change_permission(request, rule) if rule else self.has_add_permission(request)):
            raise PermissionDenied
        form = self.get_form(request, rule, change=rule is not None)(request.POST, instance=rule)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "title": self.opts.verbose_name}
            context["errors"] = [text for texts in form.errors.values() for text in texts]
            return render(request, "admin/what_would_happen.html", context, status=422)
        others = EscalationRule.objects.filter(is_active=True).exclude(pk__in=[rule.pk] if rule else [])
        return self._begin([*others, form.instance])

    @admin.action(
        description=gettext_lazy("Preview: last month with the chosen rules in force"), permissions=["change"]
    )
    def preview_in_force(self, request: HttpRequest, rules: QuerySet[EscalationRule]) -> HttpResponse:
        chosen = list(rules)
        for rule in chosen:
            rule.is_active = True
        others = EscalationRule.objects.filter(is_active=True).exclude(pk__in=[rule.pk for rule in chosen])
        return self._begin([*others, *chosen])

    def _begin(self, rules: list[EscalationRule]) -> HttpResponse:
        key = begin_preview(rules)
        transaction.on_commit(lambda: preview_escalation.delay(str(key)))
        return HttpResponseRedirect(reverse("admin:escalation_preview", args=[key]))

    def preview_page(self, request: HttpRequest, key: Any) -> HttpResponse:
        """How far it is, and at the end what came of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = shown_preview(key)
        if shown is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview of escalation rules"),
            "opts": self.opts,
            **shown,
        }
        template = "admin/escalation_preview.html"
        return render(
            request, template + "#state" if request.headers.get("HX-Request") else template, context
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        rule = context["original"]
        context["preview_url"] = reverse("admin:escalation_preview_begin") + (
            f"?rule={rule.pk}" if rule else ""
        )
        return super().render_change_form(request, context, *args, **kwargs)


def _moments(rule: EscalationRule) -> list[str]:
    """When a case that falls due now would move up, in each district that the rule is for."""
    now = clock.now()
    lines = []
    for code, name in _districts():
        if rule.district_code in ("", code):
            calendar, unit = working_time_of(code), Unit(rule.after_unit)
            minutes = calendar.minutes(rule.after_amount, unit)
            moment = calendar.add(now, minutes, round_the_clock=unit is Unit.URGENT_HOUR)
            said = {"district": name, "moment": f"{localtime(moment):%Y-%m-%d %H:%M}"}
            lines.append(_("%(district)s: due now, it moves up on %(moment)s.") % said)
    return lines


def _districts() -> list[tuple[str, str]]:
    found = Area.objects.current().filter(level=AreaLevel.DISTRICT)
    return list(found.values_list("code", "name"))
