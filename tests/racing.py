"""Doing something in many threads at the same moment, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

import gridgov.urls  # noqa: F401 - read whole before many threads want it at once; a server does so at its first request


def race(*runners: Callable[[], Any]) -> list[Any]:
    """Start all at once; returns what each returned or raised, in their order."""
    barrier = Barrier(len(runners))

    def run(runner: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return runner()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runners)) as pool:
        return [future.result() for future in [pool.submit(run, runner) for runner in runners]]


def at_once(times: int, do: Callable[[], Any]) -> list[Any]:
    """Do one thing many times at the same moment, as requests do it: connections are taken when they are needed."""
    barrier = Barrier(times)

    def run() -> Any:
        barrier.wait(timeout=30)
        try:
            return do()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(times)]]
