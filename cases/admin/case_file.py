"""Who took cases away as a file, to look at."""

from django.contrib import admin

from cases.admin.cases import ReadOnly
from cases.models import CaseFile


@admin.register(CaseFile)
class CaseFileAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """The newest first."""

    list_display = ("user", "at", "asked")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__display_name")
    date_hierarchy = "at"
    show_full_result_count = False
