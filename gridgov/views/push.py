"""Web push: a browser subscribes and withdraws, and the worker that shows what comes."""

import base64
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from gridgov.errors import NotFoundForYou
from gridgov.models import PushSubscription
from gridgov.push import public_key, require_push_host
from gridgov.subscriptions import IN_SESSION, Owner, end_push, marks_of, subscribe_to_push
from gridgov.webhooks import WebhookRefused

WORKER = "gridgov/js/push-worker.js"
# The browser says in a cookie that it is pushed to: sessions end long before it is switched off.
COOKIE_LASTS = timedelta(days=400)
_BASE64URL = re.compile(r"[\w-]+=*", re.ASCII)
_SECRET_BYTES = 16


class SubscriptionForm(forms.Form):
    """What a browser says of itself when it subscribes (RFC 8291): anything else is nobody's."""

    endpoint = forms.CharField(max_length=1000)
    p256dh = forms.CharField(max_length=120)
    auth = forms.CharField(max_length=60)

    def clean_endpoint(self) -> str:
        endpoint: str = self.cleaned_data["endpoint"]
        try:
            require_push_host(endpoint)
        except (WebhookRefused, ValueError):
            raise ValidationError(_("This browser's push service is not known here.")) from None
        return endpoint

    def clean_p256dh(self) -> str:
        key: str = self.cleaned_data["p256dh"]
        try:
            EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _decoded(key))
        except ValueError:
            raise ValidationError(_("This is no key of a browser.")) from None
        return key

    def clean_auth(self) -> str:
        secret: str = self.cleaned_data["auth"]
        if len(_decoded(secret)) != _SECRET_BYTES:
            raise ValidationError(_("This is no key of a browser."))
        return secret


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """This browser shows the notices of whoever is logged in, until they log out or withdraw."""
    answer = take_subscription(request, cast(AbstractBaseUser, request.user))
    if answer.status_code == 204:
        request.session[IN_SESSION] = request.POST["endpoint"]
        answer.set_signed_cookie(
            IN_SESSION,
            request.POST["endpoint"],
            max_age=COOKIE_LASTS,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return answer


@require_POST
def unsubscribe(request: HttpRequest) -> HttpResponse:
    return take_withdrawal(request, cast(AbstractBaseUser, request.user))


def know_browser(*, request: HttpRequest, user: AbstractBaseUser, **_signal: Any) -> None:
    """Whoever logs in again takes their browser into the new session; what was told to another ends."""
    endpoint = request.get_signed_cookie(IN_SESSION, default="")
    if not endpoint:
        return
    found = PushSubscription.objects.filter(endpoint=endpoint, user__isnull=False).first()
    if found and found.user_id == user.pk:
        request.session[IN_SESSION] = endpoint
    elif found:
        found.delete()


def forget_browser(*, request: HttpRequest | None, user: AbstractBaseUser | None, **_signal: Any) -> None:
    """Whoever logs out is told nothing more here: somebody else may hold the phone next."""
    endpoint = request.session.get(IN_SESSION) if request else None
    if endpoint and user:
        end_push(user, endpoint=endpoint)


def take_subscription(request: HttpRequest, owner: Owner) -> HttpResponse:
    """What a view answers to a browser that subscribes for an owner: 204, or 422 with what is wrong."""
    if not public_key():
        raise NotFoundForYou("web push")
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    subscribe_to_push(owner, **form.cleaned_data)
    return HttpResponse(status=204)


def take_withdrawal(request: HttpRequest, owner: Owner) -> HttpResponse:
    """What a view answers to a browser that withdraws, whether it had subscribed or not."""
    end_push(owner, endpoint=request.POST.get("endpoint", "")[:1000].replace("\0", ""))
    return HttpResponse(status=204)


def push_context(owner: Owner, *, subscribe_url: str, end_url: str) -> dict[str, Any]:
    """What `gridgov/push.html` needs as `push`; {} where web push is off. One query."""
    key = public_key()
    return {
        "push": {
            "key": key,
            "marks": " ".join(marks_of(owner)),
            "subscribe_url": subscribe_url,
            "end_url": end_url,
        }
        if key
        else None
    }


@require_safe
@login_not_required
@cache_control(max_age=3600)
def push_worker(request: HttpRequest) -> HttpResponse:
    """The worker beside the phone's own: it shows what is pushed, and stands between no page and the server."""
    script = (Path(settings.STATICFILES_DIRS[0]) / WORKER).read_text()
    return HttpResponse(script, content_type="text/javascript")


def _decoded(value: str) -> bytes:
    if not _BASE64URL.fullmatch(value):
        return b""
    return base64.urlsafe_b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4))
