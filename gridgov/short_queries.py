"""Queries over many rows or shapes that take some hundredths of a second."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def over_many_rows() -> Iterator[None]:
    """Run what is inside in memory and as PostgreSQL plans it, not compiled first.

    PostGIS calls its functions expensive, so PostgreSQL would spend a second on compiling what takes it 30 ms; and it
    takes each row of a count for a group of its own, and would sort them on the disk.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jit', 'off', true), set_config('work_mem', '64MB', true)")
        yield
