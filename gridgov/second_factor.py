"""Codes of an app besides the password: who must have them, and who is led to set them up."""

from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin


def must_have_second_factor(person: Any) -> bool:
    """Administrators, outside DEBUG and the demo."""
    return settings.SECOND_FACTOR_REQUIRED and (person.is_staff or person.is_superuser)


def has_second_factor(person: Any) -> bool:
    return Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists()


class SecondFactorMiddleware(MiddlewareMixin):
    """Leads administrators without a second factor to setting it up, before anything in the admin."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if not request.path.startswith(reverse("admin:index")) or request.path == reverse("admin:logout"):
            return None
        person = request.user
        if not person.is_authenticated or not must_have_second_factor(person) or has_second_factor(person):
            return None
        return redirect(f"{reverse('mfa_activate_totp')}?{urlencode({'next': request.get_full_path()})}")
