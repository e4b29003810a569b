"""Where a person's day begins, and the page about themselves."""

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views import i18n
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from gridgov.language import choose_language


def home_of(person: object) -> str:
    """The address where a person's work waits: `home_url` where their posts lead, else their own page."""
    return getattr(person, "home_url", "") or reverse("gridgov:me")


def layout_of(request: HttpRequest) -> str:
    """The layout of pages that everybody shares: what fits the screen, as the browser said on the page before.

    Until it has said so, the phone's for those whose work waits under /m/.
    """
    posture = request.COOKIES.get("posture", "")
    if posture not in ("phone", "console"):
        posture = "phone" if home_of(request.user).startswith("/m/") else "console"
    return f"{posture}.html"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect(home_of(request.user))


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    return render(request, "gridgov/me.html", {"layout": layout_of(request)})


@require_safe
@login_not_required
@cache_control(public=True, max_age=24 * 3600)
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers, and pages that are not ours, that ask for it where it used to be."""
    return redirect(static("gridgov/icons/logo.svg"))


@require_POST
@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on; to somebody logged in, on all their devices."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated:
        choose_language(language, actor=cast(AbstractBaseUser, request.user))
    return i18n.set_language(request)
