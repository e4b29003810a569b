"""Logging in at the organisation's own sign-in service: who that is here."""

from datetime import timedelta
from typing import Any

import jwt
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import DomainError
from grids.services.claims import Claims, person_of_claims, set_claimed_posts

PROVIDER = "oidc"
# What keys of a public pair sign; a shared secret would let everybody sign who knows it.
_SIGNATURES = ("RS", "PS", "ES", "Ed")


def refused(request: HttpRequest, reason: str, *, status: int = 403) -> HttpResponse:
    """The page that says in plain words why nobody was logged in."""
    return render(request, "registration/refused.html", {"reason": reason}, status=status)


class OpenIdAdapter(OpenIDConnectOAuth2Adapter):
    """The exchange with the service; its word is signed, and the signature is always looked at."""

    def __init__(self, request: HttpRequest, provider_id: str = PROVIDER) -> None:
        super().__init__(request, provider_id)

    def get_provider(self) -> Any:
        provider = super().get_provider()
        provider.oauth2_adapter_class = OpenIdAdapter
        return provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("oidc_callback"))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("the answer holds no id_token")
        return super().complete_login(request, app, token, **kwargs)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(id_token)
        except jwt.PyJWTError as error:
            raise OAuth2Error("the id_token can't be read") from error
        if not str(header.get("alg")).startswith(_SIGNATURES) or "kid" not in header:
            raise OAuth2Error("the id_token isn't signed with a key of the service")
        self.did_fetch_access_token = False  # allauth would believe without looking
        return super()._decode_id_token(app, id_token)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """One service, from the settings; its people are those who are entered here."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        if not settings.OIDC_SERVER_URL:
            return []
        app = SocialApp(
            provider="openid_connect",
            provider_id=PROVIDER,
            name=PROVIDER,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={
                "server_url": settings.OIDC_SERVER_URL,
                "scope": settings.OIDC_SCOPES,
                "oauth_pkce_enabled": True,
            },
        )
        return [app]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        claims = Claims.from_answer(sociallogin.account.extra_data)
        sociallogin.account.extra_data = {}  # read, and not kept
        known = sociallogin.user if sociallogin.is_existing else None
        try:
            person = person_of_claims(claims, known=known)
        except DomainError as error:
            raise ImmediateHttpResponse(refused(request, str(error.message))) from error
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
        else:
            sociallogin.connect(request, person)
        if not person.is_active:
            raise ImmediateHttpResponse(get_account_adapter(request).respond_user_inactive(request, person))
        if settings.OIDC_POSTS_CLAIM:
            set_claimed_posts(person, claims.groups)
        # A moment, not a time without use: whoever goes on working is asked again as well.
        request.session.set_expiry(clock.now() + timedelta(hours=settings.OIDC_HOURS))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Nobody is made out of what the service says; see `person_of_claims`."""
        return sociallogin.user

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Whose e-mail it is is asked with all the other claims."""

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        reason = _("The sign-in service did not let you in, or its answer came too late. Try once more.")
        raise ImmediateHttpResponse(refused(request, reason, status=401))
