"""Who changes areas in these tests, and who may not."""

from datetime import date

import pytest

from grids.models import User
from tests.factories import make_user

TODAY = date(2026, 11, 20)


@pytest.fixture
def administrator(db) -> User:
    return make_user("administrator", is_superuser=True, is_staff=True)


@pytest.fixture
def stranger(db) -> User:
    return make_user("somebody")
