"""Who changes areas in these tests, and who may not."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from grids.models import User
from tests.factories import make_user

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
