"""Who changes areas in these tests, and who may not."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from grids.models import User
from tests.factories import make_user
from tests.openid_provider import CLIENT, SECRET, Provider

TODAY = date(2026, 11, 20)


@pytest.fixture
def in_english() -> Iterator[None]:
    """For tests of commands, which speak the language of the settings."""
    with translation.override("en"):
        yield


@pytest.fixture
def administrator(db) -> User:
    return make_user("administrator", is_superuser=True, is_staff=True)


@pytest.fixture
def stranger(db) -> User:
    return make_user("somebody")


@pytest.fixture
def count_queries() -> Callable[[Callable[[], object]], int]:
    """How many queries a call takes."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count


@pytest.fixture(scope="session")
def running() -> Iterator[Provider]:
    """A sign-in service of OpenID Connect, in this process."""
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def provider(running, settings) -> Provider:
    """The same as it behaves well, with the settings that lead there."""
    running.__dict__.update(
        claims={"sub": "s-1", "preferred_username": "person", "name": "张三"},
        signing_key=running.key,
        algorithm="RS256",
        token_changes={},
        userinfo_changes={},
        silent=False,
    )
    settings.OIDC_SERVER_URL, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = (
        running.url,
        CLIENT,
        SECRET,
    )
    settings.OIDC_POSTS_CLAIM = "groups"
    settings.OIDC_POSTS_DIRECT = settings.OIDC_ADD_PEOPLE = False
    return running
