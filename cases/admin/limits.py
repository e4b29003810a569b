"""Limits of conditions and stages."""

from typing import Any

from django.contrib import admin
from django.db.models import Field, QuerySet
from django.forms import ChoiceField
from django.forms import Field as FormField
from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin.what_would_happen import WhatWouldHappenAdmin
from cases.deadlines import deadline_under
from cases.models import Limit, StageLimit
from gridgov import clock
from gridgov.worktime import working_time_of
from grids.models import Area, AreaLevel


@admin.register(Limit)
class LimitAdmin(WhatWouldHappenAdmin):
    """All limits in one list; amount and unit can be edited in it."""

    list_display = ("condition", "case_class", "level", "grade", "amount", "unit")
    list_editable = ("amount", "unit")
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

    @admin.display(description=gettext_lazy("class"), ordering="condition__case_class__full_code")
    def case_class(self, limit: Limit) -> str:
        return f"{limit.condition.case_class.full_code} {limit.condition.case_class}"

    def consequences(self, rule: Limit) -> list[str]:
        return [
            *_due_times(rule),
            _("A limit for a level goes before one for a grade, and that before one for any."),
            _("Cases under way keep the due time they have."),
        ]


@admin.register(StageLimit)
class StageLimitAdmin(WhatWouldHappenAdmin):
    """How long each stage may take, everywhere or in one district, at any level or at one."""

    list_display = ("stage", "district_code", "level", "amount", "unit")
    list_editable = ("amount", "unit")
    list_filter = ("stage", "district_code", "level")

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        if db_field.name != "district_code":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        districts = [(area.code, area.name) for area in _districts()]
        return ChoiceField(
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
