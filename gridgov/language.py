"""The language a person wants to be spoken to in."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _


def choose_language(language: str, *, actor: AbstractBaseUser) -> None:
    """Remember the actor's own language for pages, notices and mails."""
    if language not in dict(settings.LANGUAGES):
        raise ValidationError(_("Choose one of the languages offered."), code="unknown_language")
    get_user_model()._default_manager.filter(pk=actor.pk).update(language=language)


def in_language(chinese: str, english: str) -> str:
    """Of a name kept in two languages the one that the reader speaks; Chinese where there is no English."""
    return english if english and not (get_language() or "").startswith("zh") else chinese


def listed(words: Iterable[object]) -> str:
    """Words one after the other, between them what the reader writes there: a comma, or 、 in Chinese."""
    return gettext(", ").join(str(word) for word in words)
