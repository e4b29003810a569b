"""What citizens choose from, and from whom nothing is taken for a time."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.models import BlockedSender, Topic
from cases.services.senders import change_block
from gridgov.icons import icon_names
from grids.models import User


class TopicForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Topic
        fields = ("name", "name_en", "icon", "case_class", "position", "is_active")

    def clean_icon(self) -> str:
        icon = str(self.cleaned_data["icon"])
        if icon not in icon_names():
            raise ValidationError(
                _("There is no such icon; there are: %(names)s."),
                params={"names": ", ".join(icon_names())},
                code="no_icon",
            )
        return icon


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The few plain groups that citizens choose from."""

    form = TopicForm
    list_display = ("name", "name_en", "icon", "case_class", "position", "is_active")
    list_editable = ("position", "is_active")
    list_select_related = ("case_class",)
    search_fields = ("name", "name_en")
    autocomplete_fields = ("case_class",)


@admin.register(BlockedSender)
class BlockedSenderAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who is kept out until when; somebody is blocked from the page of their case, where it is known why."""

    list_display = ("short_hash", "reason", "until", "blocked_by", "blocked_at")
    list_select_related = ("blocked_by",)
    fields = ("sender_hash", "reason", "until", "blocked_by", "blocked_at")
    readonly_fields = ("sender_hash", "blocked_by", "blocked_at")
    search_fields = ("reason", "sender_hash")
    date_hierarchy = "until"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BlockedSender | None = None) -> bool:
        """One is let in again by an earlier end: who was blocked, by whom and why stays."""
        return False

    def save_model(self, request: HttpRequest, obj: BlockedSender, form: Any, change: bool) -> None:
        change_block(obj.pk, actor=cast(User, request.user), reason=obj.reason, until=obj.until)

    @admin.display(description=BlockedSender._meta.get_field("sender_hash").verbose_name)
    def short_hash(self, blocked: BlockedSender) -> str:
        return f"{blocked.sender_hash[:8]}…"
