"""Bring the database and the files that the web serves to the state of the code; load the demo city at the first start."""

import os
import sys
from pathlib import Path

import django
from django.core.management import CommandError, call_command

from scripts.services import ROOT

# The last four find out themselves whether they have been run before.
STEPS = (
    ("migrate", "--verbosity=0"),
    ("collectstatic", "--no-input", "--verbosity=0"),
    ("load_demo", "--if-empty"),
    ("simulate", "--days=14", "--if-empty"),
    ("load_operations",),
    ("load_scores",),
)


def static_files_are_new() -> bool:
    """Whether they have to be collected: that takes three of the ten seconds which a second start may take."""
    collected = ROOT / "var" / "static" / "staticfiles.json"
    sources: list[Path] = [ROOT / "requirements.txt", *(ROOT / "static").rglob("*")]
    return not collected.exists() or max(path.stat().st_mtime for path in sources) > collected.stat().st_mtime


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "gridgov.settings"
    os.environ["GRIDGOV_NO_POOL"] = "1"
    django.setup()
    try:
        for command, *options in STEPS:
            if command != "collectstatic" or static_files_are_new():
                call_command(command, *options)
    except CommandError as error:
        sys.exit(f"manage.py {command}: {error}")
