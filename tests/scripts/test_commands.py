"""The commands behind make, in a folder of their own beside a `make run` that may be going on."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROCFILE = f"""
web: {sys.executable} -m http.server --bind $HOST $PORT
worker: sleep 600
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "Procfile").write_text(PROCFILE)
    (tmp_path / "var").mkdir()
    return tmp_path


def refusal(clone: Path, *command: str, **variables: str) -> str:
    """What a command that refuses says: one sentence."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts", *command],
        cwd=clone,
        env={**os.environ, "DATABASE_URL": "", "REDIS_URL": "", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_a_busy_port_is_said(clone: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        taken = str(busy.getsockname()[1])
        assert f"Can't listen on 127.0.0.1:{taken} (Address already in use)" in refusal(
            clone, "run", PORT=taken
        )


@pytest.mark.parametrize("port", ["abc", "70000"])
def test_a_port_that_is_none_is_said(clone: Path, port: str) -> None:
    assert f"Can't listen on 127.0.0.1:{port}" in refusal(clone, "run", PORT=port)


@pytest.mark.parametrize("command", ["run", "manage", "test", "bench"])
def test_a_database_out_of_reach_is_said_without_its_password(clone: Path, command: str) -> None:
    sentence = refusal(clone, command, DATABASE_URL="postgis://u:secret@127.0.0.1:1/gridgov", PORT="0")
    assert "Can't reach the server that DATABASE_URL names" in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize("address", ["nonsense", "sqlite:///x", "postgres://localhost/x"])
def test_an_address_of_no_postgis_database_is_said(clone: Path, address: str) -> None:
    assert "begins with postgis://" in refusal(clone, "manage", DATABASE_URL=address)


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of a database that holds nothing, beside the one of the tests."""
    given, name = os.environ["DATABASE_URL"], f"empty_{os.getpid()}"
    address = re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", given, count=1)
    with psycopg.connect(given.replace("postgis:", "postgresql:"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield address
        server.execute(f"DROP DATABASE {name}")


def test_manage_makes_the_tables_of_an_empty_database_first(clone: Path, empty_database: str) -> None:
    (clone / "manage.py").write_text("import sys\nprint(*sys.argv[1:])\n")

    def ran() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "scripts", "manage", "check", "--deploy"],
            cwd=clone,
            env={**os.environ, "DATABASE_URL": empty_database},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout.splitlines()

    assert ran() == ["migrate --verbosity=0", "check --deploy"]
    with psycopg.connect(empty_database.replace("postgis:", "postgresql:")) as database:
        database.execute("CREATE TABLE django_migrations ()")
    assert ran() == ["check --deploy"]


def test_a_redis_out_of_reach_is_said(clone: Path) -> None:
    assert "Can't reach the server that REDIS_URL names" in refusal(
        clone, "run", REDIS_URL="redis://127.0.0.1:1/0", PORT="0"
    )


class Running:
    """`serve` at work in a folder, with a web server and a sleeper in its Procfile."""

    def __init__(self, clone: Path, port: int) -> None:
        program = "import sys; from scripts.serve import serve; sys.exit(serve())"
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", program],
            cwd=clone,
            env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.mark = f"GRIDGOV_RUN={clone}".encode()
        assert self.process.stdout is not None
        killer = threading.Timer(60, self.process.kill)
        killer.start()
        assert any("answers at" in line for line in self.process.stdout), "it ended, or nothing answers"
        killer.cancel()

    def children(self) -> dict[int, str]:
        """The processes that carry the mark of this folder, with their command lines."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark in (process / "environ").read_bytes().split(b"\0"):
                    found[int(process.name)] = (process / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
        return found

    def gone(self) -> bool:
        """Whether all children end within ten seconds."""
        deadline = time.monotonic() + 10
        while self.children() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.children()


@pytest.fixture
def running(clone: Path) -> Iterator[Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    it = Running(clone, port)
    yield it
    for pid in it.children():
        os.kill(pid, signal.SIGKILL)
    with it.process:
        it.process.kill()


def honcho_of(running: Running) -> int:
    parents = {
        pid: int(re.search(r"PPid:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
        for pid in running.children()
    }
    return next(pid for pid, parent in parents.items() if parent == running.process.pid)


def test_ctrl_c_ends_all_that_was_started(running: Running) -> None:
    assert any("http.server" in command for command in running.children().values())
    assert any("sleep 600" in command for command in running.children().values())
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(20) == 0
    assert running.children() == {}


def test_ctrl_c_ends_all_also_when_nobody_reads_the_output(running: Running) -> None:
    assert running.process.stdout is not None
    running.process.stdout.close()
    sleeper = next(pid for pid, command in running.children().items() if command.startswith("sleep 600"))
    os.kill(sleeper, signal.SIGKILL)  # honcho has something to say
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0
    assert running.children() == {}


def test_one_part_that_dies_ends_the_others(running: Running) -> None:
    sleeper = next(pid for pid, command in running.children().items() if command.startswith("sleep 600"))
    os.kill(sleeper, signal.SIGKILL)
    assert running.process.wait(20) == 1
    assert running.children() == {}


def test_a_killed_honcho_leaves_nothing(running: Running) -> None:
    os.kill(honcho_of(running), signal.SIGKILL)
    assert running.process.wait(20) == 1
    assert running.children() == {}


def test_a_killed_command_leaves_nothing(running: Running) -> None:
    running.process.kill()
    assert running.gone()


def test_a_second_run_in_the_same_folder_is_refused(clone: Path) -> None:
    program = "from scripts.__main__ import alone\nwith alone('run'): print('in', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=clone, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "in\n"
        assert f"already at work in this folder, as process {first.pid}" in refusal(clone, "run")
        first.communicate("\n")
