"""Ready texts for the notes of steps."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cases.models import ReplyTemplate


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "action", "for_whom", "text", "position", "is_active")
    list_display_links = ("name",)
    list_editable = ("position", "is_active")
    list_filter = ("action", "is_active", ("organisation", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("organisation",)
    search_fields = ("name", "text")
    autocomplete_fields = ("organisation",)
    ordering = ("action", "position", "id")

    def has_delete_permission(self, request: HttpRequest, obj: ReplyTemplate | None = None) -> bool:
        """One that nobody wants any more is taken out of use: deleted, the next load would bring it back."""
        return super().has_delete_permission(request, obj) and (
            obj is None or obj.organisation_id is not None
        )

    @admin.display(description=_("for whom"), ordering="organisation")
    def for_whom(self, reply: ReplyTemplate) -> str:
        return str(reply.organisation or _("everybody"))
