"""What is typed to log in: name and password, then a code."""

from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from gridgov.lockout import count_wrong_try, is_locked

_LOCKED = _("Too many wrong tries.")


class LoginForm(account.LoginForm):
    """Name and password; the name's field is called `username`, as browsers and scripts know it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autofocus": True, "maxlength": 150}
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        self.fields["password"].help_text = ""

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else super().add_prefix(field_name)


class _Code(forms.Form):
    """A code that counts as a try, is not looked at while the name has to wait, and is good once."""

    user: Any
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autofocus": True,
            "maxlength": 20,
        }

    def clean_code(self) -> str:
        if is_locked(context.request, self.user.get_username()):
            raise ValidationError(_LOCKED)
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            # allauth forgets it after one period; with the tolerance it would be good for longer.
            used = self.authenticator.wrap()._get_used_cache_key(code)
            cache.touch(used, app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1))
        return code

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        count_wrong_try(context.request, self.user.get_username())


class CodeForm(_Code, mfa.AuthenticateForm):
    """The second step of logging in."""


class ConfirmByCodeForm(_Code, mfa.ReauthenticateForm):
    """Somebody logged in shows once more that it is them."""


class FirstCodeForm(ActivateTOTPForm):
    """The first code of an app that was just given the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code that the app shows now")
        self.fields["code"].widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "maxlength": 20,
        }
