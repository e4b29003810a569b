"""Web, worker and beat of `make run`: started through honcho, announced when the web answers, ended without a trace."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.services import ROOT, Refused, processes, signal_process

# In the environment of all we start: it finds them even when the parents in between were killed.
MARK = f"GRIDGOV_RUN={ROOT}"
# Celery warns at length when root starts it; in a trial that would only bury the welcome.
QUIET = "ignore:You're running the worker with superuser privileges"
WELCOME = """
  GridGov answers at {address}

  Log in as inspector, gridleader, operator, dispatcher, handler, officer, supervisor, chief or admin;
  the password is demo-grid-2026. Ctrl-C stops everything.
"""


def host_and_port() -> tuple[str, str]:
    return os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"


def refuse_bad_address() -> None:
    """Raises Refused where nobody could listen at HOST and PORT."""
    host, port = host_and_port()
    try:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, int(port)))
    except (OSError, ValueError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no port number"
        raise Refused(
            f"Can't listen on {host}:{port} ({reason}): choose another port, as in make run PORT=8765."
        ) from None


def prepare() -> int:
    """Bring database, files and demo city to the state of the code; returns 0 if all went well."""
    print("Preparing database, files and demo city", flush=True)
    with started(sys.executable, "-m", "scripts.prepare") as preparation:
        return preparation.wait()


def serve() -> int:
    """Run the Procfile until a signal ends it (returns 0) or one of its processes ends by itself (returns 1)."""
    host, port = host_and_port()
    variable, _, value = MARK.partition("=")
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
    settings = {variable: value, "HOST": host, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": QUIET}
    settings["GRIDGOV_PUBLIC_URL"] = os.environ.get("GRIDGOV_PUBLIC_URL", address)
    command = (sys.executable, "-m", "honcho", "--env", os.devnull, "start", "--port", port)
    try:
        with started(*command, settings=settings) as honcho:
            while honcho.poll() is None and not answers(address):
                time.sleep(0.2)
            if honcho.poll() is None:
                print(WELCOME.format(address=address), flush=True)
            honcho.wait()
            return 1
    except KeyboardInterrupt:
        return 0
    finally:
        end_leftovers()


@contextmanager
def started(*command: str, settings: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A program out of reach of the terminal's Ctrl-C: leaving the block ends it, and so does the kernel if we are killed."""
    child = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", *command],
        cwd=ROOT,
        env={**os.environ, **(settings or {})},
        start_new_session=True,
    )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:  # honcho gets stuck where nobody reads what it prints any more
            child.kill()
            child.wait()


def answers(address: str) -> bool:
    """Whether a web server answers at all, be it with an error."""
    try:
        urllib.request.urlopen(address, timeout=10).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def end_leftovers() -> None:
    """End what is left of web, worker and beat: politely, and after five seconds for good."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + 5
        for pid in leftovers():
            signal_process(pid, number)
        while leftovers() and time.monotonic() < deadline:
            time.sleep(0.1)


def leftovers() -> list[int]:
    return [pid for pid in processes() if carries_mark(pid)]


def carries_mark(pid: int) -> bool:
    try:
        return MARK.encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
