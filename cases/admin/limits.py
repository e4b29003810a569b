"""Limits of conditions and stages."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import DecimalField, Field, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.deadlines import deadline_under
from cases.models import Limit, StageLimit
from gridgov import clock
from gridgov.what_would_happen import WhatWouldHappenAdmin
from gridgov.worktime import working_time_of
from grids.models import Area, AreaLevel


class PlainDecimalField(forms.DecimalField):
    """Shows 4, not 4.0000."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class AnyAdmin(admin.options.BaseModelAdmin):  # type: ignore[type-arg]
    """A level or a grade that is left empty stands for any."""

    empty_value_display = gettext_lazy("any")
    formfield_overrides: ClassVar[Any] = {
        DecimalField: {
            "form_class": PlainDecimalField,
            "widget": forms.NumberInput(attrs={"class": "vIntegerField"}),
        }
    }

    def formfield_for_choice_field(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.TypedChoiceField | None:
        if db_field.blank:
            kwargs["choices"] = db_field.get_choices(blank_choice=[("", _("any"))])
        return super().formfield_for_choice_field(db_field, request, **kwargs)


@admin.register(Limit)
class LimitAdmin(AnyAdmin, WhatWouldHappenAdmin):
    """All limits in one list; amount and unit can be edited in it."""

    fields = ("condition", "level", "grade", "amount", "unit")
    list_display = ("about", "amount", "unit", "level", "grade")
    list_editable = ("amount", "unit")
    ordering = (
        "-condition__case_class__is_active",
        "condition__case_class__major__standard",
        "condition__case_class__full_code",
        "condition__position",
        "level",
        "grade",
    )
    list_filter = (
        "condition__case_class__is_active",
        "level",
        "grade",
        "unit",
        "condition__case_class__major",
    )
    list_select_related = ("condition__case_class__major",)
    list_per_page = 50
    search_fields = (
        "condition__text",
        "condition__case_class__name",
        "=condition__case_class__full_code",
    )
    autocomplete_fields = ("condition",)

    @admin.display(description=gettext_lazy("class and condition"))
    def about(self, limit: Limit) -> str:
        case_class = limit.condition.case_class
        return f"{case_class.full_code} {case_class}: {limit.condition}"

    def consequences(self, rule: Limit) -> list[str]:
        return [
            *_due_times(rule),
            _("A limit for a level goes before one for a grade, and that before one for any."),
            _("Cases under way keep the due time they have."),
        ]


@admin.register(StageLimit)
class StageLimitAdmin(AnyAdmin, WhatWouldHappenAdmin):
    """How long each stage may take, everywhere or in one district, at any level or at one."""

    fields = ("stage", "district_code", "level", "amount", "unit")
    list_display = ("stage", "amount", "unit", "district_code", "level")
    list_editable = ("amount", "unit")
    list_filter = ("stage", "district_code", "level")

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        if db_field.name != "district_code":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        districts = [(area.code, area.name) for area in _districts()]
        return forms.ChoiceField(
            choices=[("", _("any")), *districts],
            required=False,
            label=str(db_field.verbose_name),
        )

    def consequences(self, rule: StageLimit) -> list[str]:
        return [
            *_due_times(rule, rule.district_code),
            _("A limit of a district goes before one for any, and one for a level before one for any."),
            _("Cases under way keep the due time they have."),
        ]


def _due_times(limit: Limit | StageLimit, district_code: str = "") -> list[str]:
    """When a stage that starts now would be due, in every district or in one."""
    districts = [(area.code, area.name) for area in _districts()]
    return [
        _due_time(limit, code, name)
        for code, name in districts or [("", _("By the usual calendar"))]
        if district_code in ("", code)
    ]


def _due_time(limit: Limit | StageLimit, district_code: str, district: str) -> str:
    calendar = working_time_of(district_code)
    deadline = deadline_under(limit, calendar, clock.now())
    if deadline is None:
        return _("%(district)s: no limit, it never becomes overdue.") % {"district": district}
    sentence = _("%(district)s: begun now, due on %(due)s, yellow from %(warn)s.") % {
        "district": district,
        "due": f"{localtime(deadline.due_at):%Y-%m-%d %H:%M:%S}",
        "warn": f"{localtime(deadline.warn_at):%Y-%m-%d %H:%M:%S}",
    }
    return f"{sentence} {calendar.note(deadline.due_at)}".strip()


def _districts() -> QuerySet[Area]:
    return Area.objects.current().filter(level=AreaLevel.DISTRICT)
