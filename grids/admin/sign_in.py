"""Who waits after wrong tries, who is linked to the sign-in service, and what its groups mean here."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessBase
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from rest_framework.authtoken.models import TokenProxy

from grids.models import ClaimPost, Post
from grids.models.sign_in import LinkedAccount, LogInRecord, WrongTries
from grids.services.staff import check_post

# The service stands in the settings. Nobody's key or recovery code is looked at, and nobody makes a token of somebody
# else's: with it they could act as them.
for hidden in (EmailAddress, Authenticator, TokenProxy, SocialApp, SocialToken, SocialAccount):
    if admin.site.is_registered(hidden):
        admin.site.unregister(hidden)


class _LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _FromWhere(_LookOnly):
    """Who tried or came in, when and from where."""

    search_fields = ("username", "ip_address")

    @admin.display(description=_("time"), ordering="attempt_time")
    def at(self, entry: AccessBase) -> datetime:
        return entry.attempt_time

    @admin.display(description=_("user name"), ordering="username")
    def name(self, entry: AccessBase) -> str:
        return entry.username or "–"

    @admin.display(description=_("address"), ordering="ip_address")
    def address(self, entry: AccessBase) -> str:
        return entry.ip_address or "–"

    @admin.display(description=_("browser"))
    def browser(self, entry: AccessBase) -> str:
        return entry.user_agent


@admin.register(WrongTries)
class WrongTriesAdmin(_FromWhere):
    """Wrong tries of the last minutes; freed, the name may be tried again at once."""

    list_display = ("name", "address", "tries", "waits", "at", "browser")
    fields = list_display
    actions = ("let_try_again",)

    @admin.display(description=_("tries"), ordering="failures_since_start")
    def tries(self, attempt: WrongTries) -> int:
        return attempt.failures_since_start

    @admin.display(boolean=True, description=_("has to wait"))
    def waits(self, attempt: WrongTries) -> bool:
        return attempt.failures_since_start >= settings.AXES_FAILURE_LIMIT

    @admin.action(description=_("Let them try again"), permissions=["delete"])
    def let_try_again(self, request: HttpRequest, attempts: QuerySet[WrongTries]) -> None:
        """Forget the wrong tries of the chosen names at their addresses, with whatever browser they were made."""
        freed = list(attempts.values_list("username", "ip_address").distinct())
        for username, address in freed:
            WrongTries.objects.filter(username=username, ip_address=address).delete()
        text = ngettext("%(count)d may try again.", "%(count)d may try again.", len(freed))
        self.message_user(request, text % {"count": len(freed)}, messages.SUCCESS)


@admin.register(LogInRecord)
class LogInRecordAdmin(_FromWhere):
    """Who logged in and out, when and from where."""

    list_display = ("at", "until", "name", "address", "browser")
    fields = list_display

    @admin.display(description=_("logged out at"), ordering="logout_time")
    def until(self, entry: LogInRecord) -> datetime | None:
        return entry.logout_time

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LinkedAccount)
class LinkedAccountAdmin(_LookOnly):
    """Who is linked to which account of the sign-in service; deleted, the next log-in there links anew."""

    list_display = ("person", "uid", "since", "last_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__display_name", "uid")
    fields = list_display

    @admin.display(description=_("person"), ordering="user")
    def person(self, account: LinkedAccount) -> str:
        return str(account.user)

    @admin.display(description=_("linked at"), ordering="date_joined")
    def since(self, account: LinkedAccount) -> datetime:
        return account.date_joined

    @admin.display(description=_("last log-in"), ordering="last_login")
    def last_at(self, account: LinkedAccount) -> datetime:
        return account.last_login


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
