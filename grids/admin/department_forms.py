"""The forms of departments, and how their records were delivered."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids.admin.field_rows import FieldRowsField
from grids.admin.keeping import KeepingAdmin
from grids.models import DepartmentForm, FeedRun, Role
from grids.services.department_forms import check_form, save_form


class DepartmentFormForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form with its fields as rows, and the roles that see its records."""

    fields = FieldRowsField(label=_("Fields"))  # type: ignore[assignment]
    seen_by = forms.MultipleChoiceField(
        label=_("Seen by"),
        required=False,
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Besides the department itself and its offices, where their posts cover the place."),
    )

    class Meta:
        model = DepartmentForm
        fields = (
            "department", "code", "name", "name_en", "fields", "match_by", "key_field", "seen_by", "expected_every_days",
            "is_active",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "fields" in cleaned:
            check_form(
                DepartmentForm(
                    pk=self.instance.pk, fields=cleaned["fields"], key_field=cleaned.get("key_field", "")
                )
            )
        return cleaned


@admin.register(DepartmentForm)
class DepartmentFormAdmin(KeepingAdmin):
    """What a department knows of objects, and who sees it."""

    form = DepartmentFormForm
    list_display = ("name", "code", "department", "match_by", "expected_every_days", "is_active")
    list_filter = ("is_active", ("department", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("department",)
    search_fields = ("name", "name_en", "code")
    autocomplete_fields = ("department",)
    fields = DepartmentFormForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: DepartmentForm | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def save_model(self, request: Any, obj: DepartmentForm, form: Any, change: bool) -> None:
        save_form(obj, actor=request.user)


@admin.register(FeedRun)
class FeedRunAdmin(KeepingAdmin):
    """Deliveries of departments' records: looked at here, made by file or over the API."""

    list_display = ("at", "form", "state", "taken", "refused", "removed", "source", "as_of", "by")
    list_filter = ("state", ("form", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("form", "by")
    fields = (
        "form",
        "state",
        "source",
        "as_of",
        "by",
        "at",
        "taken",
        "refused",
        "removed",
        "unknown_columns",
        "what_was_wrong",
    )
    readonly_fields = ("what_was_wrong",)

    @admin.display(description=_("problems"))
    def what_was_wrong(self, run: FeedRun) -> SafeString | str:
        rows = ((each.get("row", ""), each.get("problem", "")) for each in run.problems)
        return format_html_join("", "<div>{}: {}</div>", rows) or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
