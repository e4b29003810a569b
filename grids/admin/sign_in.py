"""Who waits after wrong tries, who is linked to the sign-in service, and what its groups mean here."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessAttempt, AccessLog
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grids.models import ClaimPost, Post
from grids.services.staff import check_post

# The service stands in the settings, and nobody's key or recovery code is looked at.
for hidden in (EmailAddress, Authenticator, SocialApp, SocialToken, SocialAccount):
    if admin.site.is_registered(hidden):
        admin.site.unregister(hidden)


class _LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessAttempt)
class WrongTriesAdmin(_LookOnly):
    """Wrong tries of the last minutes; freed, the name may be tried again at once."""

    list_display = ("username", "ip_address", "failures_since_start", "waits", "attempt_time", "user_agent")
    search_fields = ("username", "ip_address")
    fields = ("username", "ip_address", "failures_since_start", "attempt_time", "user_agent", "path_info")
    actions = ("let_try_again",)

    @admin.display(boolean=True, description=_("has to wait"))
    def waits(self, attempt: AccessAttempt) -> bool:
        return attempt.failures_since_start >= settings.AXES_FAILURE_LIMIT

    @admin.action(description=_("Let them try again"), permissions=["delete"])
    def let_try_again(self, request: HttpRequest, attempts: QuerySet[AccessAttempt]) -> None:
        """Forget the wrong tries of the chosen names at their addresses, with whatever browser they were made."""
        freed = list(attempts.values_list("username", "ip_address").distinct())
        for username, address in freed:
            AccessAttempt.objects.filter(username=username, ip_address=address).delete()
        text = ngettext("%(count)d may try again.", "%(count)d may try again.", len(freed))
        self.message_user(request, text % {"count": len(freed)}, messages.SUCCESS)


@admin.register(AccessLog)
class LogInLogAdmin(_LookOnly):
    """Who logged in and out, when and from where."""

    list_display = ("attempt_time", "logout_time", "username", "ip_address", "user_agent")
    search_fields = ("username", "ip_address")
    fields = ("username", "ip_address", "user_agent", "attempt_time", "logout_time")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SocialAccount)
class LinkedAccountAdmin(_LookOnly):
    """Who is linked to which account of the sign-in service; deleted, the next log-in there links anew."""

    list_display = ("user", "uid", "date_joined", "last_login")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__display_name", "uid")
    fields = ("user", "uid", "date_joined", "last_login")


class ClaimPostForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ClaimPost
        fields = ("group", "role", "organisation", "area")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("organisation") and cleaned.get("area"):
            check_post(Post(organisation=cleaned["organisation"], area=cleaned["area"]))
        return cleaned


@admin.register(ClaimPost)
class ClaimPostAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the groups of the sign-in service mean here, from each person's next log-in on."""

    form = ClaimPostForm
    list_display = ("group", "role", "organisation", "area")
    list_select_related = ("organisation", "area")
    search_fields = ("group", "organisation__name", "area__name")
    autocomplete_fields = ("organisation", "area")
