"""Thousands of rows written by COPY, which costs a fraction of INSERT; within the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import Field, JSONField, Model
from psycopg.sql import SQL, Identifier

_FRESH = SQL("CREATE TEMP TABLE {fresh} ON COMMIT DROP AS SELECT {listed} FROM {table} LIMIT 0")
_UPDATE = SQL("UPDATE {table} SET {changes} FROM {fresh} AS fresh WHERE fresh.id = {table}.id")


def insert_many(instances: Sequence[Model], *, skip: Collection[str] = ()) -> None:
    """Insert new rows of one model and give them their ids; the database fills in the fields to skip.

    What the database guards holds as for any insert; what Django would check is the caller's to have checked.
    """
    if not instances:
        return
    model = type(instances[0])
    for instance, pk in zip(instances, _new_ids(model, len(instances)), strict=True):
        instance.pk, instance._state.adding, instance._state.db = pk, False, connection.alias
    fields = [field for field in model._meta.concrete_fields if field.name not in skip]
    _copy(model._meta.db_table, fields, instances)


def update_many(instances: Sequence[Model], names: Collection[str]) -> None:
    """Write some fields of rows that are there."""
    if not instances:
        return
    meta = type(instances[0])._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    columns = [Identifier(field.column) for field in fields]
    said = {"table": Identifier(meta.db_table), "fresh": Identifier(f"{meta.db_table}_fresh")}
    listed = SQL(", ").join([Identifier("id"), *columns])
    changes = SQL(", ").join(SQL("{} = fresh.{}").format(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(_FRESH.format(**said, listed=listed))
        _copy(f"{meta.db_table}_fresh", [meta.pk, *fields], instances)
        cursor.execute(_UPDATE.format(**said, changes=changes))
        cursor.execute(SQL("DROP TABLE {fresh}").format(**said))


def _new_ids(model: type[Model], number: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, number],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _copy(table: str, fields: Iterable[Any], instances: Sequence[Model]) -> None:
    columns = [(field, field.attname) for field in fields]
    listed = SQL(", ").join(Identifier(field.column) for field, _name in columns)
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), listed)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for instance in instances:
            copy.write_row([_as_copied(field, getattr(instance, name)) for field, name in columns])


def _as_copied(field: Field[Any, Any], value: Any) -> Any:
    if isinstance(field, JSONField):
        return json.dumps(value, ensure_ascii=False)
    return value.hexewkb.decode() if isinstance(value, GEOSGeometry) else value
