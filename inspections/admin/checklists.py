"""Checklists and their versions."""

from django.contrib import admin

from grids.admin.keeping import KeepingAdmin
from inspections.models import Checklist


@admin.register(Checklist)
class ChecklistAdmin(KeepingAdmin):
    """What a department asks of objects of certain types."""

    list_display = ("name", "department", "is_active")
    search_fields = ("name", "name_en", "code")
    list_filter = ("is_active", "department")
    list_select_related = ("department",)
