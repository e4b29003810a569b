"""A small cut of the demo city: two streets with three communities each, loaded by the very commands."""

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from dispatch.simulation import reports
from grids.demo import places

STREETS = ("440605011", "440605121")
OF_EACH = 3


@contextmanager
def small_fixtures(folder: Path) -> Iterator[None]:
    """Let the demo be loaded from a folder that holds a few lines of its files."""
    whole = places.FIXTURES
    shutil.copy(whole / "district.geojson", folder)
    for name, column in (("streets", "code"), ("street_seeds", "street"), ("communities", "code")):
        with (whole / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        kept = [
            row for street in STREETS for row in [r for r in rows if r[column].startswith(street)][:OF_EACH]
        ]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(kept)
    places.FIXTURES = folder
    try:
        yield
    finally:
        places.FIXTURES = whole


@contextmanager
def quiet_demo(folder: Path) -> Iterator[None]:
    """The small demo in the database, in which little happens on a day; taken away again at the end."""
    quick = override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        MEDIA_ROOT=folder / "media",
        # Which case is sampled hangs on its id, and that differs from run to run.
        SETTLED_SAMPLE_EVERY=1,
    )
    with quick, pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(reports, "PER_WORKING_DAY", 6)
        patch.setattr(reports, "PER_DAY_OFF", 3)
        with small_fixtures(folder):
            run("load_demo")
        yield
        transaction.set_rollback(True)


def run(command: str, *args: str, language: str = "en") -> str:
    """What a command says."""
    out = StringIO()
    with translation.override(language):
        call_command(command, *args, stdout=out, stderr=StringIO())
    return out.getvalue()
