"""Where a person's day begins, and the page about themselves."""

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import i18n
from django.views.decorators.http import require_POST, require_safe

from gridgov.language import choose_language


def home_of(person: object) -> str:
    """The address where a person's work waits: `home_url` where their posts lead, else their own page."""
    return getattr(person, "home_url", "") or reverse("gridgov:me")


def layout_of(person: object) -> str:
    """The layout of pages that everybody shares: the phone's for those who work on it."""
    return "phone.html" if home_of(person).startswith("/m/") else "console.html"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect(home_of(request.user))


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    return render(request, "gridgov/me.html", {"layout": layout_of(request.user)})


@require_POST
@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on; to somebody logged in, on all their devices."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated:
        choose_language(language, actor=cast(AbstractBaseUser, request.user))
    return i18n.set_language(request)
