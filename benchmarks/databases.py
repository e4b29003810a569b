"""The databases of a measurement: made beside the one that DATABASE_URL names, dropped at the end."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
# The demo city with its catalogue and responsibilities, as `make run` loads them; no cases yet.
LOADING = (
    ("migrate", "--verbosity=0"),
    ("load_demo",),
)


def url_of(name: str) -> str:
    """The address of a database on the server that DATABASE_URL names."""
    return _address(urlsplit(os.environ["DATABASE_URL"]).scheme, name)


def connect(name: str) -> psycopg.Connection:
    """A connection of our own, where every statement is its own transaction."""
    return psycopg.connect(_address("postgresql", name), autocommit=True)


def manage(name: str, *arguments: str) -> None:
    """Run a management command on a database; raises CalledProcessError when it fails."""
    subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments, "--skip-checks"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url_of(name), "GRIDGOV_NO_POOL": "1"},
        stdout=subprocess.DEVNULL,
        check=True,
    )


@contextmanager
def city() -> Iterator[None]:
    """The database that all others are copies of; leaving the block drops it and them."""
    drop_all()
    database = _own("city")
    try:
        _run(f"CREATE DATABASE {database}")
        for command in LOADING:
            manage(database, *command)
        yield
    finally:
        drop_all()


def copy_of_city(name: str) -> str:
    """A new database with the city in it; returns its name."""
    return copy_of(_own("city"), name)


def copy_of(source: str, name: str) -> str:
    """A new database that is as one that nobody works in; returns its name."""
    database = _own(name)
    _run(f"CREATE DATABASE {database} TEMPLATE {source} STRATEGY file_copy")
    return database


def drop_all() -> None:
    """Drop what a measurement made, also one that was killed."""
    with connect(_given()) as connection:
        left = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_own("")]
        ).fetchall()
        for (database,) in left:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)")


def _own(name: str) -> str:
    """Named after the database that DATABASE_URL names, so that two measurements at once drop their own only."""
    return f"{_given()}_bench_{name}"


def _run(statement: str) -> None:
    with connect(_given()) as connection:
        connection.execute(statement)


def _address(scheme: str, name: str) -> str:
    # By hand: urlunsplit() would drop the empty host of a socket's address.
    given = urlsplit(os.environ["DATABASE_URL"])
    return f"{scheme}://{given.netloc}/{name}?{given.query}"


def _given() -> str:
    return urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
