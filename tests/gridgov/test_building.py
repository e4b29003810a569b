"""Indexes of big tables are built while people work, and an interrupted attempt can be made again."""

import importlib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.operations import AddIndex
from django.db.migrations.state import ProjectState
from django.db.models import Index

import cases.migrations
from gridgov.building import BuildIndex

BIG = ("case", "caseevent")


@pytest.mark.django_db(transaction=True)
def test_what_an_interrupted_attempt_left_is_built_anew():
    before = ProjectState.from_apps(apps)
    build = BuildIndex("case", Index(fields=["address"], name="case_trial"))
    after = before.clone()
    build.state_forwards("cases", after)
    for _attempt in range(2):
        with connection.schema_editor(atomic=False) as editor:
            build.database_forwards("cases", editor, before, after)
    with connection.schema_editor(atomic=False) as editor:
        build.database_backwards("cases", editor, after, before)


def test_since_there_are_many_cases_no_migration_locks_them_to_build_an_index():
    """The first two made the tables, or ran before anybody worked with them."""
    for path in sorted(Path(cases.migrations.__file__).parent.glob("0*.py"))[7:]:
        migration = importlib.import_module(f"cases.migrations.{path.stem}").Migration
        locking = [one for one in migration.operations if type(one) is AddIndex and one.model_name in BIG]
        assert not locking, path.name
