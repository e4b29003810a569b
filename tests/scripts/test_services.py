"""The private PostgreSQL and Redis of `make run` and `make test`."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from scripts.services import Postgres, Redis, Refused, Site, find_site, shared

TRIAL = "trial"


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A folder like a clone's, open to the account that the services run as."""
    # Not pytest's own folder, which nobody else may enter.
    folder = Path(tempfile.mkdtemp(prefix="gridgov-"))
    folder.chmod(0o755)
    (folder / "var").mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def site(root: Path) -> Site:
    return find_site(TRIAL, root)


@pytest.fixture
def postgres(site: Site) -> Iterator[Postgres]:
    server = Postgres(site, durable=False)
    yield server
    server.stop()


@pytest.fixture
def quick_redis(site: Site) -> Iterator[Redis]:
    server = Redis(site)
    yield server
    server.stop()


def database_answers(server: Postgres) -> bool:
    try:
        with psycopg.connect(server.url.replace("postgis:", "postgresql:")) as connection:
            return connection.execute("SELECT current_database()").fetchone() == ("gridgov",)
    except psycopg.OperationalError:
        return False


def redis_answers(server: Redis) -> bool:
    try:
        with redis.Redis.from_url(server.url) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False


def postmaster(server: Postgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_both_answer_at_their_addresses_and_stop(postgres: Postgres, quick_redis: Redis) -> None:
    for server, answers in ((postgres, database_answers), (quick_redis, redis_answers)):
        server.start()
        assert answers(server)
        server.start()  # a second time changes nothing
        assert answers(server)
        server.stop()
        assert not answers(server)


def test_neither_listens_on_a_port(postgres: Postgres, quick_redis: Redis) -> None:
    postgres.start()
    quick_redis.start()
    with psycopg.connect(postgres.url.replace("postgis:", "postgresql:")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    with redis.Redis.from_url(quick_redis.url) as client:
        assert client.config_get("port") == {"port": "0"}


def test_only_their_account_may_enter_the_folder(site: Site) -> None:
    assert site.folder.stat().st_mode & 0o777 == 0o700
    assert site.folder.stat().st_uid == (
        pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else os.geteuid()
    )


def test_a_killed_postgres_starts_again(postgres: Postgres) -> None:
    postgres.start()
    os.kill(postmaster(postgres), signal.SIGKILL)
    postgres.start()
    assert database_answers(postgres)


def test_lock_files_that_name_a_stranger_are_no_obstacle(postgres: Postgres, site: Site) -> None:
    postgres.start()
    lines = (postgres.data / "postmaster.pid").read_text().splitlines()
    postgres.stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        for lock in (postgres.data / "postmaster.pid", site.sockets / ".s.PGSQL.5432.lock"):
            lock.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        postgres.start()
        assert database_answers(postgres)
        assert stranger.poll() is None
        stranger.kill()


def test_a_killed_redis_starts_again(quick_redis: Redis) -> None:
    quick_redis.start()
    with redis.Redis.from_url(quick_redis.url) as client:
        os.kill(client.info()["process_id"], signal.SIGKILL)
    quick_redis.start()
    assert redis_answers(quick_redis)


def test_the_last_user_stops_it_and_a_killed_user_does_not_count(root: Path, quick_redis: Redis) -> None:
    program = (
        "import sys; from pathlib import Path; from scripts.services import *; root = Path(sys.argv[1])\n"
        f"with shared(Redis(find_site({TRIAL!r}, root)), root): print('up', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(root)]
    with shared(quick_redis, root):
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "up\n"
        assert redis_answers(quick_redis), "the other one has left, we have not"
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
            assert killed.stdout is not None
            killed.stdout.readline()
            killed.kill()
        assert redis_answers(quick_redis)
    assert not redis_answers(quick_redis)


def test_sockets_of_a_long_or_odd_path_lie_elsewhere(root: Path) -> None:
    for name in ("x" * 100, "with space", "it's"):
        clone = root / name
        (clone / "var").mkdir(parents=True)
        site = find_site(TRIAL, clone)
        assert site.folder.is_relative_to(clone)
        assert site.sockets.parent == Path("/tmp")
        site.sockets.rmdir()


def test_somebody_elses_folder_is_refused(root: Path) -> None:
    clone = root / "other"
    own = clone / "var" / "services" / TRIAL
    own.parent.mkdir(parents=True)
    own.symlink_to("/tmp")
    with pytest.raises(Refused, match="belongs to another account"):
        find_site(TRIAL, clone)


def test_a_folder_that_postgres_may_not_enter_is_no_obstacle_to_root(root: Path) -> None:
    clone = root / "private"
    (clone / "var").mkdir(parents=True)
    clone.chmod(0o700)
    site = find_site(TRIAL, clone)
    try:
        if os.geteuid() == 0:
            assert site.folder.parent == Path("/var/lib")
            assert find_site(TRIAL, clone).folder == site.folder
        else:
            assert site.folder.is_relative_to(clone)
    finally:
        shutil.rmtree(site.folder)
