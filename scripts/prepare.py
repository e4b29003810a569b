"""Bring the database and the files that the web serves to the state of the code; load the demo city at the first start."""

import os
import sys

import django
from django.core.management import CommandError, call_command

# In this order. The last two find out themselves whether they have been run before.
STEPS = (
    ("migrate", "--verbosity=0"),
    ("collectstatic", "--no-input", "--verbosity=0"),
    ("load_demo", "--if-empty"),
    ("simulate", "--days=14", "--if-empty"),
)

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "gridgov.settings"
    os.environ["GRIDGOV_NO_POOL"] = "1"
    django.setup()
    try:
        for step in STEPS:
            call_command(*step)
    except CommandError as error:
        sys.exit(f"manage.py {' '.join(step)}: {error}")
