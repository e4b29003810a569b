"""Making surveys; one that was answered keeps its questions."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cases.models import Survey, SurveyQuestion
from gridgov.forms import RowForm


class QuestionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = SurveyQuestion
    form = RowForm
    fields = ("position", "kind", "text", "choices", "is_required")
    extra = 3

    def has_add_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return not _is_answered(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return not _is_answered(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return not _is_answered(obj) and super().has_delete_permission(request, obj)


@admin.register(Survey)
class SurveyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Short surveys of citizens."""

    list_display = ("title", "area", "opens_at", "closes_at", "is_public", "has_public_results")
    list_select_related = ("area",)
    search_fields = ("title",)
    autocomplete_fields = ("area",)
    inlines: ClassVar = [QuestionInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Survey | None = None) -> Any:
        return ("results", *(("title", "intro", "area") if _is_answered(obj) else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return not _is_answered(obj) and super().has_delete_permission(request, obj)

    @admin.display(description=_("results"))
    def results(self, survey: Survey) -> SafeString | str:
        if not survey.pk:
            return "–"
        return format_html(
            '<a href="{}">{}</a>', reverse("cases:survey_results", args=[survey.pk]), _("Results")
        )


def _is_answered(survey: Survey | None) -> bool:
    return survey is not None and survey.pk is not None and survey.responses.exists()
