"""python -m scripts run | manage | test | check | lint | bench [ARGUMENT...]"""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.check import CHECKS, LINT, all_hold
from scripts.reach import database_is_empty, reach_given_services
from scripts.serve import end_leftovers, prepare, refuse_bad_address, serve
from scripts.services import ENDING_SIGNALS, ROOT, Refused, secret_key, services


def run(_arguments: list[str]) -> int:
    """The whole product with its demo city, until Ctrl-C."""
    with alone("run"):
        end_leftovers()
        refuse_bad_address()
        with environment("run", GRIDGOV_DEMO="1"):
            return prepare() or serve()


def manage(arguments: list[str]) -> int:
    """A management command on the database that `run` uses; an empty one gets its tables first."""
    with environment("run", GRIDGOV_DEMO="1"):
        if database_is_empty():
            print("The database is empty: making its tables first", file=sys.stderr, flush=True)
            if failed := python("manage.py", "migrate", "--verbosity=0"):
                return failed
        return python("manage.py", *arguments)


def test(arguments: list[str]) -> int:
    """The tests, on a database and a Redis of their own."""
    with alone("test"), environment("test", durable=False, DJANGO_DEBUG="1"):
        return python("-m", "pytest", "-n", "2", *arguments)


def check(_arguments: list[str]) -> int:
    """Linters, types, migrations, settings and translations."""
    with environment("test", durable=False, DJANGO_DEBUG="1"):
        return all_hold(CHECKS)


def lint(_arguments: list[str]) -> int:
    """The quick part of `check`."""
    return all_hold(LINT)


def bench(arguments: list[str]) -> int:
    """The measurements, on a database and a Redis of their own that are as safe as those of `run`."""
    with alone("bench"), environment("bench", GRIDGOV_DEMO="1"):
        return python("-m", "benchmarks", *arguments)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Let only one command of this name work in this folder; raises Refused for the second."""
    with (ROOT / "var" / f"{name}.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Refused(
                f"`make {name}` is already at work in this folder, as process {file.read()}."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def environment(name: str, *, durable: bool = True, **settings: str) -> Iterator[None]:
    """Set what the product reads from the environment, with database and Redis up."""
    reach_given_services()
    with services(name, durable=durable) as addresses:
        os.environ.update(addresses)
        for variable, value in {"DJANGO_SECRET_KEY": secret_key(), **settings}.items():
            os.environ.setdefault(variable, value)
        os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        yield


def python(*arguments: str) -> int:
    """Run Python in the foreground; what Ctrl-C means is its affair."""
    child = subprocess.Popen([sys.executable, *arguments], cwd=ROOT)
    signal.signal(signal.SIGINT, lambda *_: None)  # the terminal has told the child as well
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: child.terminate())
    try:
        return child.wait()
    finally:
        catch_signals()


def catch_signals() -> None:
    for number in ENDING_SIGNALS:
        signal.signal(number, interrupt)


def interrupt(_number: int, _frame: object) -> None:
    """The first signal ends the command; more of them must not disturb its clearing up."""
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


COMMANDS = {"run": run, "manage": manage, "test": test, "check": check, "lint": lint, "bench": bench}

if __name__ == "__main__":
    catch_signals()
    try:
        sys.exit(COMMANDS[sys.argv[1]](sys.argv[2:]))
    except Refused as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
