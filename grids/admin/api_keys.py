"""Keys of other systems: made, revoked, and what they did."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gridgov import clock
from grids.admin.keeping import KeepingAdmin
from grids.models import ApiKey, ApiKeyUse, Scope
from grids.services.api_keys import check_account, make_api_key, revoke_api_key


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a new key is for; its secret is drawn when it is made."""

    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        # With the names that refusals and the documentation call them by.
        choices=lambda: [(scope.value, f"{scope.value} · {scope.label}") for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ("name", "account", "scopes", "per_minute", "expires_at")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("account"):
            check_account(cleaned["account"])
        if cleaned.get("expires_at") and cleaned["expires_at"] <= clock.now():
            self.add_error("expires_at", _("This time is over."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """The key itself is made by its service; until then it has no dates to be compared."""
        return {*super()._get_validation_exclusions(), "made_at"}  # type: ignore[misc]


class ValidFilter(admin.SimpleListFilter):
    """Keys that open something, or no longer do."""

    title = _("valid")
    parameter_name = "valid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("valid")), ("0", _("revoked or expired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
        over = Q(revoked_at__isnull=False) | Q(expires_at__lte=clock.now())
        if self.value() == "1":
            return queryset.exclude(over)
        return queryset.filter(over) if self.value() == "0" else queryset


@admin.register(ApiKey)
class ApiKeyAdmin(KeepingAdmin):
    """Keys are made and revoked, never changed: who needs another scope makes another key."""

    form = ApiKeyForm
    list_display = ("name", "prefix", "account", "scope_names", "valid", "expires_at", "last_used_at")
    list_filter = (ValidFilter,)
    list_select_related = ("account",)
    search_fields = ("name", "prefix", "account__username", "account__display_name")
    autocomplete_fields = ("account",)
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        if obj is None:
            return ApiKeyForm.Meta.fields
        made = ("name", "account", "prefix", "scope_names", "per_minute", "made_at", "made_by")
        return (*made, "expires_at", "revoked_at", "revoked_by", "last_used_at", "its_uses")

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "expires_at": clock.now() + timedelta(days=365),
            **super().get_changeform_initial_data(request),
        }

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and super().has_change_permission(request)

    def save_model(self, request: Any, obj: ApiKey, form: Any, change: bool) -> None:
        asked = {name: form.cleaned_data[name] for name in ApiKeyForm.Meta.fields}
        made, request.secret_of_new_key = make_api_key(actor=request.user, **asked)
        # What the admin writes down and shows is the key that the service has made.
        obj.__dict__.update(made.__dict__)

    def response_add(self, request: Any, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """The secret, once: on this page alone, kept nowhere on its way."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The key is made"),
            "opts": self.opts,
            "key": obj,
            "secret": request.secret_of_new_key,
        }
        return TemplateResponse(request, "admin/grids/key_made.html", context)

    @admin.action(description=_("Revoke the chosen keys"), permissions=["change"])
    def revoke(self, request: Any, keys: QuerySet[ApiKey]) -> None:
        chosen = list(keys.filter(revoked_at=None).order_by("pk"))
        for key in chosen:
            revoke_api_key(key.pk, actor=request.user)
        text = ngettext("%(count)d key is revoked.", "%(count)d keys are revoked.", len(chosen))
        self.message_user(
            request, text % {"count": len(chosen)}, messages.SUCCESS if chosen else messages.WARNING
        )

    @admin.display(description=_("scopes"))
    def scope_names(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description=_("valid"), boolean=True)
    def valid(self, key: ApiKey) -> bool:
        return key.is_valid(clock.now())

    @admin.display(description=_("uses"))
    def its_uses(self, key: ApiKey) -> str:
        address = reverse("admin:grids_apikeyuse_changelist")
        return format_html(
            '<a href="{}?key__id__exact={}">{}</a>', address, key.pk, _("What it was used for")
        )


@admin.register(ApiKeyUse)
class ApiKeyUseAdmin(KeepingAdmin):
    """What came with keys, the latest first; nobody changes it."""

    list_display = ("at", "key", "method", "path", "status", "address")
    list_display_links = None
    list_select_related = ("key",)
    list_filter = ("key", "status")
    ordering = (F("id").desc(),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
