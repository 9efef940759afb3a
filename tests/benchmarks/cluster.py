"""A PostgreSQL of the soak's own that can be torn down without warning and started again: acknowledged means on disk here."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests import databases
from webapp.cli.children import die_with_parent

DURABLE = "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n"
START_SECONDS = 60


class Cluster:
    """One server; `restart` is a crash: no checkpoint, every connection broken."""

    def __init__(self, folder: Path, user: str, options: dict):
        self.folder, self.user, self.options = folder, user, options
        self.programs = databases.postgresql_programs()
        self.server: subprocess.Popen | None = None
        self._starter = ThreadPoolExecutor(1)  # the server dies with the thread that began it, so that one has to stay

    @property
    def url(self) -> str:
        return f"postgresql://{self.user}@/sutiao?host={self.folder}"

    def start(self) -> None:
        """Start and wait until it answers."""
        self.server = self._starter.submit(self._begin).result()
        until, asked = time.monotonic() + START_SECONDS, [str(self.programs / "pg_isready"), "-q", "-h", str(self.folder)]
        while subprocess.run(asked).returncode:
            if time.monotonic() > until:
                raise databases.ServerFailed((self.folder / "server.log").read_text(errors="replace")[-2000:])
            time.sleep(0.1)

    def _begin(self) -> subprocess.Popen:
        me = os.getpid()
        with (self.folder / "server.log").open("ab") as log:
            return subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.folder / "data")], stdout=log, stderr=log, cwd="/",
                start_new_session=True, preexec_fn=lambda: die_with_parent(me), **self.options,
            )

    def stop(self, how: int = signal.SIGINT) -> None:
        """SIGINT: in order; SIGQUIT: immediately, as if it had crashed."""
        self.server.send_signal(how)
        self.server.wait(timeout=60)

    def restart(self) -> None:
        """Crash, and come back."""
        self.stop(signal.SIGQUIT)
        self.start()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A running cluster with an empty database; gone afterwards."""
    user, options = "postgres", {}
    if os.geteuid() == 0:  # the server refuses root
        options = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="sutiao-soak-"))
    try:
        if options:
            shutil.chown(folder, user)
        databases.make_cluster(databases.postgresql_programs(), folder, user, options)
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.write(DURABLE)
        made = Cluster(folder, user, options)
        made.start()
        databases.run_to_end([made.programs / "createdb", "-h", folder, "-U", user, "sutiao"])
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
