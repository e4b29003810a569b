"""See that a database and a Redis can be reached, and what state the database is in, before anything starts on them."""

import os

import environ
import psycopg
import redis

from scripts.services import Refused

TIMEOUT = 5  # seconds


def reach_given_services() -> None:
    """Raises Refused that names the variable whose address can't be reached, and why."""
    for variable, connect in (("DATABASE_URL", reach_database), ("REDIS_URL", reach_redis)):
        if address := os.environ.get(variable):
            try:
                connect(address)
            except Exception as error:
                reason = str(error).strip().splitlines()[0].rstrip(".")
                raise Refused(f"Can't reach the server that {variable} names: {reason}.") from error


def database_is_empty() -> bool:
    """Whether nobody has migrated the database that DATABASE_URL names."""
    with _connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)


def reach_database(address: str) -> None:
    _connect(address).close()


def reach_redis(address: str) -> None:
    with redis.Redis.from_url(address, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT) as server:
        server.ping()


def _connect(address: str) -> psycopg.Connection:
    if not address.startswith("postgis://"):
        raise ValueError("an address begins with postgis:// and a PostGIS database is behind it")
    config = environ.Env.db_url_config(address)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    parameters = {name: config[key] for key, name in names.items() if config[key]} | config.get("OPTIONS", {})
    return psycopg.connect(**parameters, connect_timeout=TIMEOUT)
