"""Systems and the keys they come with."""

from datetime import timedelta
from typing import Any

from rest_framework.test import APIClient

from gridgov import clock
from grids.models import ApiKey, Area, Organisation, Role, Scope, User
from grids.services.api_keys import make_api_key
from tests.factories import make_post


def make_system(
    organisation: Organisation, role: Role = Role.OPERATOR, area: Area | None = None, username: str = "system"
) -> User:
    """An account without a password, with a post as a person's."""
    account: User = User(username=username, display_name="平安视频平台")
    account.set_unusable_password()
    account.save()
    make_post(account, role, organisation, **({"area": area} if area else {}))
    return account


def make_key(account: User, *scopes: Scope, **fields: Any) -> tuple[ApiKey, str]:
    """A key of an account, valid for a year, with its secret."""
    asked = {"name": "平台", "expires_at": clock.now() + timedelta(days=365), **fields}
    return make_api_key(actor=None, account=account, scopes=[str(scope) for scope in scopes], **asked)


def with_key(secret: str) -> APIClient:
    """A client that sends a key with each request."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client
