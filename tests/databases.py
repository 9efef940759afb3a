"""Servers for the tests, started for one run and gone after it: the database under test and a real Valkey."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from engine.config import Settings
from webapp.cli import valkey
from webapp.cli.children import die_with_parent
from webapp.cli.db import upgrade_all

ACCOUNT = (
    "CREATE ROLE web LOGIN NOINHERIT IN ROLE postgres", "GRANT USAGE, CREATE ON SCHEMA public TO web",
    "GRANT ALL ON ALL TABLES IN SCHEMA public TO web", "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO web",
)
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
checkpoint_timeout = 1h
max_connections = 200
timezone = 'UTC'
"""

ROOM = 2**30  # bytes


class ServerFailed(Exception):
    """A server the tests need is not installed or does not come up."""


@contextmanager
def database_url(kind: str | None = None) -> Iterator[str]:
    """An empty database; `kind` is sqlite or postgresql, by default what SUTIAO_TEST_DATABASE says, otherwise SQLite.

    With SUTIAO_TEST_ACCOUNT=web PostgreSQL is used as `sutiao web` should use it: by an account that does not own the tables,
    so that the net (engine/access/net.py) holds everything the tests read.
    """
    kind = kind or os.environ.get("SUTIAO_TEST_DATABASE") or "sqlite"
    match kind:
        case "sqlite":
            with tempfile.TemporaryDirectory(prefix="sutiao-sqlite-", dir=in_memory()) as folder:
                yield f"sqlite:///{folder}/test.sqlite3"
        case "postgresql":
            with postgresql() as url:
                yield of_its_own_account(url) if os.environ.get("SUTIAO_TEST_ACCOUNT") == "web" else url
        case _:
            raise ServerFailed(f"SUTIAO_TEST_DATABASE must be sqlite or postgresql, not {kind!r}")


def in_memory() -> Path | None:
    """A folder without a disk, where there is one with room: a commit there waits for nothing."""
    folder = Path("/dev/shm")
    return folder if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM else None


@contextmanager
def redis_url() -> Iterator[str]:
    """A Valkey of the run's own, configured like the embedded one."""
    with tempfile.TemporaryDirectory(prefix="sutiao-valkey-") as name:
        folder = Path(name)
        with running(valkey.argv(folder), folder / "valkey.log", lambda: valkey.is_up(folder)):
            yield valkey.url(folder)


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL cluster of the run's own; as root it runs as the user postgres, because the server refuses root."""
    programs, user, options = postgresql_programs(), "postgres", {}
    if os.geteuid() == 0:
        options = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="sutiao-postgresql-"))
    try:
        if options:
            shutil.chown(folder, user)
        make_cluster(programs, folder, user, options)
        client = ["-h", str(folder), "-U", user]
        is_up = [str(programs / "pg_isready"), "-q", *client]
        server = [str(programs / "postgres"), "-D", str(folder / "data")]
        with running(server, folder / "server.log", lambda: subprocess.run(is_up).returncode == 0, **options):
            run_to_end([programs / "createdb", *client, "sutiao"])
            yield f"postgresql://{user}@/sutiao?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def copied(url: str, name: str) -> Iterator[str]:
    """A copy, under this name, of a database to which nobody is connected."""
    if url.startswith("sqlite"):
        found = Path(url.removeprefix("sqlite:///"))
        copy = shutil.copy(found, found.with_name(f"{name}.sqlite3"))
        try:
            yield f"sqlite:///{copy}"
        finally:
            copy.unlink()
        return
    account, original, where = re.fullmatch(r"(.*/)(\w+)(\?.*)", url).groups()
    client = ["-h", where.partition("host=")[2], "-U", account.partition("//")[2].partition("@")[0]]
    run_to_end([postgresql_programs() / "createdb", *client, "-T", original, name])
    try:
        yield f"{account}{name}{where}"
    finally:
        run_to_end([postgresql_programs() / "dropdb", *client, "--force", name])


def of_its_own_account(url: str) -> str:
    """Make the tables, and an account that may use them all but owns none; its address. It may become the owner for a moment
    (`SET LOCAL ROLE postgres`), as tests do that put rows back."""
    with tempfile.TemporaryDirectory(prefix="sutiao-data-") as folder:
        upgrade_all(Settings(data=Path(folder), database_url=url, demo=True))
    owner = create_engine(url)
    with owner.begin() as connection:
        for statement in ACCOUNT:
            connection.execute(text(statement))
    owner.dispose()
    return url.replace("postgres@", "web@")


def make_cluster(programs: Path, folder: Path, user: str, options: dict) -> None:
    """Make an empty cluster in folder/data: fast instead of crash-proof, reachable only through a socket in the folder."""
    account = ["-U", user, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    run_to_end([programs / "initdb", "-D", folder / "data", *account], **options)
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.write(CONFIGURATION.format(folder=folder))


def postgresql_programs() -> Path:
    """The folder of the newest PostgreSQL server programs of this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    raise ServerFailed("PostgreSQL's server is not installed; `make test` installs it")


def run_to_end(argv: list, **options) -> None:
    """Run a program that must succeed."""
    done = subprocess.run([str(part) for part in argv], capture_output=True, text=True, cwd="/", **options)
    if done.returncode:
        raise ServerFailed(f"{argv[0]} failed: {done.stderr.strip() or done.stdout.strip()}")


@contextmanager
def running(argv: list[str], log: Path, is_up: Callable[[], bool], seconds: float = 30, **options) -> Iterator[None]:
    """Run a server while the block lasts; it also ends when this process is killed."""
    me = os.getpid()
    with log.open("ab") as output:
        server = subprocess.Popen(
            argv, stdout=output, stderr=output, cwd="/", start_new_session=True, preexec_fn=lambda: die_with_parent(me), **options
        )
    try:
        deadline = time.monotonic() + seconds
        while not is_up():
            if server.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"{argv[0]} does not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
