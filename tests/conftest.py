"""What every test may ask for: a small city and the people who work in it."""

from pathlib import Path

import pytest

from tests.case_factories import Cast, City, make_cast, make_city


@pytest.fixture(autouse=True)
def _quick_and_private(settings, tmp_path: Path) -> None:
    """Passwords that cost nothing to make, and photos that go away with the test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.REMEMBER_SECONDS = 0


@pytest.fixture
def city(db) -> City:
    """One district, street and community with two grids, its organisations and catalogue."""
    return make_city()


@pytest.fixture
def cast(city: City) -> Cast:
    """The people of the small city; `cast.city` is the city itself."""
    return make_cast(city)
