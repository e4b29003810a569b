"""Command centres, departments and teams."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import URLField
from django.http import HttpRequest

from grids.admin.keeping import KeepingAdmin, ReadOnlyInline
from grids.models import Organisation, Post
from grids.services.organisations import save_organisation


class StaffOfOrganisation(ReadOnlyInline):
    model = Post
    fields = ("user", "role", "area", "is_responsible", "valid_from", "valid_to")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "area", "organisation")


@admin.register(Organisation)
class OrganisationAdmin(KeepingAdmin):
    """Organisations; the level follows from the area."""

    list_display = ("name", "code", "kind", "level", "area", "parent", "phone", "is_active")
    list_filter = ("kind", "level", "is_active")
    list_select_related = ("area", "parent")
    search_fields = ("name", "short_name", "code__startswith", "area__name")
    autocomplete_fields = ("area", "parent")
    readonly_fields = ("level",)
    formfield_overrides: ClassVar = {URLField: {"assume_scheme": "https"}}
    inlines = (StaffOfOrganisation,)

    def save_model(self, request: Any, obj: Organisation, form: Any, change: bool) -> None:
        save_organisation(obj, actor=request.user)
