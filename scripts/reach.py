"""See that a database and a Redis given by their addresses can be reached, before anything is started on them."""

import os

import environ
import psycopg
import redis

from scripts.services import Refused

TIMEOUT = 5  # seconds


def reach_given_services() -> None:
    """Raises Refused that names the variable whose address can't be reached, and why."""
    for variable, connect in (("DATABASE_URL", connect_database), ("REDIS_URL", connect_redis)):
        if address := os.environ.get(variable):
            try:
                connect(address)
            except Exception as error:
                reason = str(error).strip().splitlines()[0].rstrip(".")
                raise Refused(f"Can't reach the server that {variable} names: {reason}.") from error


def connect_database(address: str) -> None:
    if not address.startswith("postgis://"):
        raise ValueError("an address begins with postgis:// and a PostGIS database is behind it")
    config = environ.Env.db_url_config(address)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    parameters = {name: config[key] for key, name in names.items() if config[key]} | config.get("OPTIONS", {})
    psycopg.connect(**parameters, connect_timeout=TIMEOUT).close()


def connect_redis(address: str) -> None:
    with redis.Redis.from_url(address, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT) as server:
        server.ping()
