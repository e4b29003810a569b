"""The web as in production: what the Procfile says, on a port of its own."""

import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.databases import ROOT, url_of
from scripts.prepare import static_files_are_new
from scripts.serve import QUIET, answers, started

PATIENCE_S = 60


@contextmanager
def web(database: str, **settings: str) -> Iterator[str]:
    """The address of a web with two workers on a database, DEBUG off; its photos go away with it."""
    _collect_static_files()
    with tempfile.TemporaryDirectory() as media:
        port = str(_free_port())
        settings = {
            "DATABASE_URL": url_of(database),
            "DJANGO_DEBUG": "0",
            "GRIDGOV_DEMO": "1",
            "GRIDGOV_MEDIA_ROOT": media,
            "HOST": "127.0.0.1",
            "PORT": port,
            **settings,
        }
        address = f"http://127.0.0.1:{port}"
        with started("sh", "-c", f"exec {_line('web')}", settings=settings) as server:
            _wait_for(server, address)
            yield address


@contextmanager
def worker(database: str) -> Iterator[None]:
    """One Celery worker with one process on a database."""
    command = [*shlex.split(_line("worker")), "--concurrency", "1"]
    settings = {"DATABASE_URL": url_of(database), "DJANGO_DEBUG": "0", "PYTHONWARNINGS": QUIET}
    with started(*command, settings=settings):
        yield


def _line(name: str) -> str:
    """The command that the Procfile gives a process."""
    for line in (ROOT / "Procfile").read_text().splitlines():
        if line.startswith(f"{name}: "):
            return line.removeprefix(f"{name}: ")
    raise LookupError(name)


def _wait_for(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not answers(f"{address}/login/"):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("The web did not start.")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _collect_static_files() -> None:
    if static_files_are_new():
        subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_DEBUG": "0"},
            check=True,
        )
