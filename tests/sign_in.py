"""Logging in as people do: through the page, with codes as their app would show them."""

import re
import time
from urllib.parse import urlsplit

import requests
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from tests.factories import PASSWORD

LOGIN, CODE = "/login/", "/login/code/"
START, BACK = "/login/oidc/", "/login/oidc/callback/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ENGLISH = {"accept-language": "en"}


def log_in(username, password=PASSWORD, *, client=None, next_url="", address="127.0.0.1"):
    """The answer of the log-in page; its client goes on from there."""
    client = client or Client(headers=ENGLISH)
    return client.post(
        LOGIN, {"username": username, "password": password, "next": next_url}, REMOTE_ADDR=address
    )


def with_second_factor(user):
    """Give somebody a second factor; answers their recovery codes."""
    TOTP.activate(user, SECRET)
    return RecoveryCodes.activate(user).generate_codes()


def code_now(secret=SECRET, *, later=0):
    """What an app shows that was given the secret; `later` counts periods of 30 s."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def wrong_code(secret=SECRET):
    good = {code_now(secret, later=n) for n in (-2, -1, 0, 1, 2)}
    return next(code for n in range(10) if (code := f"{n:06}") not in good)


def logged_in(client):
    return "_auth_user_id" in client.session


def key_shown(html):
    """The secret on the page that sets the second factor up."""
    return re.search(r'class="key">([A-Z2-7]{32})<', html)[1]


def to_the_service(client=None, next_url=""):
    """Begin here and go through the service's own page; its answer's address leads back here."""
    client = client or Client(headers=ENGLISH)
    answer = client.get(START, {"next": next_url} if next_url else {})
    there = requests.get(answer["Location"], allow_redirects=False, timeout=5)
    return client, there.headers["Location"]


def come_in(client=None, next_url=""):
    """The answer to whoever was at the service and comes back."""
    client, back = to_the_service(client, next_url)
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")
