"""What every test may ask for: a small city and the people who work in it."""

import faulthandler
import os
from collections.abc import Generator
from pathlib import Path

import pgtrigger
import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key, get_timeout_config_value
from django.db import connection

from tests.case_factories import Cast, City, make_cast, make_city

# Nobody keeps a lock for so long: who waits in vain, for a thread that was left behind or in a deadlock that PostgreSQL
# can't see, hears an error that names the query. What was left behind loses its locks, too, before all others have failed.
# Every session of every test, those of subprocesses too, reads this.
_PATIENCE = "-c lock_timeout=60s -c idle_in_transaction_session_timeout=10min"
os.environ["PGOPTIONS"] = f"{os.environ.get('PGOPTIONS', '')} {_PATIENCE}".strip()
connection.settings_dict["OPTIONS"]["options"] += f" {_PATIENCE}"


# What is published is not emptied; a test that commits empties all tables behind it.
_NOT_EMPTIED = [
    f"assessment.{model}:not_emptied"
    for model in (
        "Period",
        "Score",
        "ScorePart",
        "TypedPoints",
        "Appeal",
        "Exemption",
        "CorrectedPoints",
        "Correction",
    )
]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Time what a test clears up by itself: at a failure pytest stops its clock, and just then much may be left behind."""
    if patience := get_timeout_config_value(item.config):
        stderr = item.config.stash[fault_handler_stderr_fd_key]
        faulthandler.dump_traceback_later(patience, exit=True, file=stderr)
    with pgtrigger.ignore(*_NOT_EMPTIED):
        return (yield)


@pytest.fixture(autouse=True)
def _quick_and_private(settings, tmp_path: Path) -> None:
    """Passwords that cost nothing to make, and photos that go away with the test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.REMEMBER_SECONDS = 0
    # What strangers may do is counted in Redis, which outlives a test.
    settings.RATELIMIT_CACHE_PREFIX = f"rl:{tmp_path}:"


@pytest.fixture
def city(db) -> City:
    """One district, street and community with two grids, its organisations and catalogue."""
    return make_city()


@pytest.fixture
def cast(city: City) -> Cast:
    """The people of the small city; `cast.city` is the city itself."""
    return make_cast(city)
