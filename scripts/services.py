"""The private PostgreSQL and Redis: made once, shared by the commands that run, stopped by the last of them."""

import fcntl
import hashlib
import os
import pwd
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Linux allows 107 bytes for a socket's path, and PostgreSQL adds "/.s.PGSQL.5432". Plain letters need no quoting in an address.
FIT_FOR_SOCKETS = re.compile(r"[A-Za-z0-9/._-]{1,92}")

INITDB_OPTIONS = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
REDIS_OPTIONS = ("--port", 0, "--unixsocketperm", 700, "--daemonize", "yes", "--save", "")

# Longer than PostgreSQL's own programs are told to wait.
PATIENCE_S = 180

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Refused(Exception):
    """The command can't go on; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Site:
    """Where one set of services keeps its data and its sockets, and the account that it runs as (None is ourselves)."""

    name: str
    folder: Path
    sockets: Path
    account: pwd.struct_passwd | None

    def run(self, *command: object, text: str | None = None) -> subprocess.CompletedProcess[str]:
        return run_as(self.account, *command, text=text)


def run_as(
    account: pwd.struct_passwd | None, *command: object, text: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program as the account with `text` as its input, out of reach of the terminal's Ctrl-C.

    Raises Refused when it does not end, as before a server that takes connections and does not answer.
    """
    words = [str(word) for word in command]
    try:
        return subprocess.run(
            words,
            input=text or "",
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            start_new_session=True,
            timeout=PATIENCE_S,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"`{shlex.join(words)}` did not end within {PATIENCE_S} seconds.") from None


def find_site(name: str, root: Path = ROOT) -> Site:
    """The site of the services called `name`, with its folders made.

    PostgreSQL refuses to run as root: for root it runs as `postgres`, and where that account may not enter
    this folder, its data lie under /var/lib. Raises Refused where somebody else has made the folders.
    """
    folder = root / "var" / "services" / name
    folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    mark = hashlib.sha256(f"{root}:{secret_key(root)}".encode()).hexdigest()[:10]
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    if account:
        elsewhere = Path(f"/var/lib/gridgov-{mark}-{name}")
        may_enter = run_as(account, "test", "-x", folder.parent).returncode == 0
        if elsewhere.exists() or not may_enter:
            folder = elsewhere
    uid = account.pw_uid if account else os.geteuid()
    sockets = folder if FIT_FOR_SOCKETS.fullmatch(str(folder)) else Path(f"/tmp/gridgov-{uid}-{mark}-{name}")
    for made in {folder, sockets}:
        own_folder(made, uid)
    return Site(name, folder, sockets, account)


def own_folder(folder: Path, uid: int) -> None:
    """Make a folder that only the account `uid` may enter, or see that it is one; raises Refused otherwise."""
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, uid, -1)
    except FileExistsError:
        if folder.is_symlink() or folder.stat().st_uid != uid:
            raise Refused(
                f"{folder} belongs to another account: use the one that ran this command first."
            ) from None


def secret_key(root: Path = ROOT) -> str:
    """The development secret key of this folder, made at first need."""
    path = root / "var" / "secret-key"
    with open(path, "a+", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        key = file.read()
        if not key:
            key = secrets.token_urlsafe(50)
            file.write(key)
    return key


class Postgres:
    """A PostgreSQL cluster that listens on its socket only, with one database, gridgov."""

    def __init__(self, site: Site, *, durable: bool = True) -> None:
        self.site = site
        self.durable = durable
        self.data = site.folder / "postgres"
        self.url = f"postgis:///gridgov?host={site.sockets}&user=postgres"

    def start(self) -> None:
        """Start the server unless it answers; raises Refused with the place of its log."""
        if not self.data.exists():
            self._make()
        if self._answers():
            return
        self._clear_up()
        self._configure()
        log = self.site.folder / "postgres.log"
        started = self.site.run(self._program("pg_ctl"), "start", "-w", "-t", 120, "-D", self.data, "-l", log)
        if started.returncode != 0:
            raise Refused(f"PostgreSQL did not start; {log} says why.")

    def stop(self) -> None:
        if self._processes():
            self.site.run(self._program("pg_ctl"), "stop", "-w", "-t", 60, "-m", "fast", "-D", self.data)
            self._clear_up()

    def _program(self, name: str) -> Path:
        """A program of the version that made the data, or of the newest one that has PostGIS."""
        with_postgis = [
            path.parents[1].name for path in Path("/usr/share/postgresql").glob("*/extension/postgis.control")
        ]
        version = self.data / "PG_VERSION"
        chosen = version.read_text().strip() if version.exists() else max(with_postgis, key=int, default="15")
        if chosen not in with_postgis:
            raise Refused(
                f"{self.data} was made by PostgreSQL {chosen}, which is not installed with PostGIS."
            )
        return Path("/usr/lib/postgresql") / chosen / "bin" / name

    def _make(self) -> None:
        """Make the cluster and its database aside and move it into place, so that a half-made one is never used."""
        unfinished = self.site.folder / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._run("initdb", "-D", unfinished, *INITDB_OPTIONS)
        self._run("postgres", "--single", "-D", unfinished, "postgres", text="CREATE DATABASE gridgov\n")
        unfinished.rename(self.data)

    def _run(self, program: str, *arguments: object, text: str | None = None) -> None:
        """Run a program of PostgreSQL; raises Refused with what it said if it fails."""
        done = self.site.run(self._program(program), *arguments, text=text)
        if done.returncode != 0:
            raise Refused(f"PostgreSQL's {program} failed on {self.site.folder}: {done.stderr.strip()}")

    def _configure(self) -> None:
        """Written at each start, for the folder may have been moved."""
        lines = ["listen_addresses = ''", f"unix_socket_directories = '{self.site.sockets}'"]
        if not self.durable:
            lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        (self.data / "postgresql.conf").write_text("\n".join(lines) + "\n")

    def _answers(self) -> bool:
        return self.site.run(self._program("pg_isready"), "-h", self.site.sockets).returncode == 0

    def _processes(self) -> list[int]:
        """Every live process of this cluster: they all work in its data folder."""
        return [pid for pid in processes() if is_postgres_in(pid, self.data)]

    def _clear_up(self) -> None:
        """Clear up after a server that was killed: its children may live on, its lock files may name a stranger."""
        deadline = time.monotonic() + 20
        while left := self._processes():
            if time.monotonic() > deadline:
                raise Refused(f"Processes {left} of a killed server still use {self.data}; end them first.")
            for pid in left:
                signal_process(pid, signal.SIGQUIT)
            time.sleep(0.1)
        for lock in (self.data / "postmaster.pid", self.site.sockets / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)


class Redis:
    """A Redis that listens on its socket only and keeps nothing: what must not be lost is a row in PostgreSQL."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.socket = site.sockets / "redis.sock"
        self.url = f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start the server unless it answers; raises Refused with the place of its log."""
        if self._answers():
            return
        log = self.site.folder / "redis.log"
        places = ("--unixsocket", self.socket, "--dir", self.site.folder, "--logfile", log)
        self.site.run("redis-server", *REDIS_OPTIONS, *places)
        deadline = time.monotonic() + 20
        while not self._answers():
            if time.monotonic() > deadline:
                raise Refused(f"Redis did not start; {log} says why.")
            time.sleep(0.05)

    def stop(self) -> None:
        self.site.run("redis-cli", "-s", self.socket, "shutdown", "nosave")

    def _answers(self) -> bool:
        return self.site.run("redis-cli", "-s", self.socket, "ping").stdout.strip() == "PONG"


def processes() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def is_postgres_in(pid: int, folder: Path) -> bool:
    """Whether a process is one of PostgreSQL that works in the folder, as far as we may know."""
    process = Path(f"/proc/{pid}")
    try:
        return (process / "comm").read_text() == "postgres\n" and (process / "cwd").readlink() == folder
    except OSError:
        return False


def signal_process(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold Ctrl-C and its like back until the block is through, so that nothing is left half-started."""
    held: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, _: held.append(number)) for number in ENDING_SIGNALS
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if held:
        signal.raise_signal(held[0])


@contextmanager
def shared(service: Postgres | Redis, root: Path = ROOT) -> Iterator[None]:
    """Use a service: the first user starts it, the last one stops it; the kernel forgets users that were killed."""
    lock = root / "var" / "services" / f"{service.site.name}-{type(service).__name__.lower()}"
    with lock.with_suffix(".gate").open("w") as gate, lock.with_suffix(".users").open("w") as users:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with undisturbed():
                service.start()
            fcntl.flock(gate, fcntl.LOCK_UN)
            yield
        finally:
            fcntl.flock(gate, fcntl.LOCK_EX)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                service.stop()


@contextmanager
def services(name: str, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """The addresses of database and Redis as environment variables: private ones, but for those that are set already."""
    with ExitStack() as stack:
        addresses = {}
        for variable in ("DATABASE_URL", "REDIS_URL"):
            if not os.environ.get(variable):
                site = find_site(name)
                service = Postgres(site, durable=durable) if variable == "DATABASE_URL" else Redis(site)
                if variable == "DATABASE_URL" and not site.folder.is_relative_to(ROOT):
                    print(
                        f"The account postgres may not enter {ROOT}: its data lie in {site.folder}.",
                        file=sys.stderr,
                    )
                stack.enter_context(shared(service))
                addresses[variable] = service.url
        yield addresses
