"""To the organisation's sign-in service and back."""

import logging
from collections.abc import Callable
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from requests import RequestException

from gridgov.views.home import home_of
from grids.oidc import OpenIdAdapter, refused

logger = logging.getLogger(__name__)
# The service is away, or answers with something else than the standard says; or one person came in twice at once.
_TROUBLE = (RequestException, OAuth2Error, KeyError, TypeError, ValueError, IntegrityError)


@never_cache
@require_GET
@login_not_required
def oidc_log_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to the service."""
    if request.user.is_authenticated:
        # Not `redirect`: what somebody wrote behind next= is no name of an address.
        return HttpResponseRedirect(get_next_redirect_url(request) or home_of(request.user))
    next_url = get_next_redirect_url(request)
    return _asked(
        request,
        lambda: OpenIdAdapter(request).get_provider().redirect(request, process="login", next_url=next_url),
    )


@never_cache
@require_GET
@login_not_required
def oidc_callback(request: HttpRequest) -> HttpResponse:
    """The browser comes back with a code: ask the service who that is, and log them in."""
    return _asked(request, lambda: OAuth2CallbackView.adapter_view(OpenIdAdapter(request))(request))


def _asked(request: HttpRequest, ask: Callable[[], Any]) -> HttpResponse:
    if not settings.OIDC_SERVER_URL:
        raise Http404
    try:
        answer: HttpResponse = ask()
    except _TROUBLE:
        logger.warning("The sign-in service can't be reached or understood", exc_info=True)
        reason = _(
            "The sign-in service does not answer as it should. Log in with name and password, or try later."
        )
        return refused(request, reason, status=503)
    return answer
