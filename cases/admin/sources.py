"""Where matters come from under numbers of others."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cases.models import ForwardedRequest, RequestSource


@admin.register(RequestSource)
class RequestSourceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "channel", "organisation", "is_active")
    list_filter = ("channel", "is_active")
    search_fields = ("name", "code")
    autocomplete_fields = ("organisation",)
    list_select_related = ("organisation",)
    # Chosen with each file.
    readonly_fields = ("columns",)

    def has_delete_permission(self, request: HttpRequest, obj: RequestSource | None = None) -> bool:
        """One that has handed something over is taken out of use instead."""
        has_requests = obj is not None and ForwardedRequest.objects.filter(source=obj).exists()
        return not has_requests and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Its systems know it by the code."""
        return ("code", *self.readonly_fields) if obj else self.readonly_fields
