"""Codes of an app besides the password: who must have them, and who is led to set them up."""

from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

# What they need to set it up, or to leave.
_ON_THE_WAY = {"mfa_activate_totp", "account_reauthenticate", "logout", "admin:logout"}


def must_have_second_factor(person: Any) -> bool:
    """Administrators, outside DEBUG and the demo."""
    return settings.SECOND_FACTOR_REQUIRED and (person.is_staff or person.is_superuser)


def has_second_factor(person: Any) -> bool:
    return Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists()


def lacks_second_factor(person: Any) -> bool:
    """Whether somebody must set one up before anything else; a query for administrators alone."""
    return must_have_second_factor(person) and not has_second_factor(person)


class SecondFactorMiddleware(MiddlewareMixin):
    """Leads administrators without a second factor to setting it up, before anything that strangers may not open.

    The API says so itself: see `gridgov.api.authentication`.
    """

    def process_view(self, request: HttpRequest, view: Any, *args: Any) -> HttpResponse | None:
        match = request.resolver_match
        if not getattr(view, "login_required", True) or (match and match.view_name in _ON_THE_WAY):
            return None
        if not request.user.is_authenticated or not lacks_second_factor(request.user):
            return None
        return redirect(f"{reverse('mfa_activate_totp')}?{urlencode({'next': request.get_full_path()})}")
