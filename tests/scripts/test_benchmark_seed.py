"""What fills the databases of measurements keeps up with the tables."""

import re

import pytest
from django.db import connection

from benchmarks import seed

INSERTS = re.findall(
    r"INSERT INTO (\w+) \(([^)]*)\)",
    " ".join(text for text in vars(seed).values() if isinstance(text, str)),
)


def test_every_table_that_is_filled_is_looked_at():
    assert {table for table, _columns in INSERTS} == set(seed.TABLES)


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "columns"), INSERTS, ids=[table for table, _columns in INSERTS])
def test_every_column_that_must_be_filled_is_named(table, columns):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND attnotnull AND NOT atthasdef AND attidentity = ''",
            [table],
        )
        must = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass", [table])
        known = {name for (name,) in cursor.fetchall()}
    named = set(re.split(r",\s*", columns.strip()))
    assert must <= named <= known
