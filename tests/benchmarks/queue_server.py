"""A Valkey of the soak's own, looked after as `sutiao serve` does it: when it dies, another one comes up in its place."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import ServerFailed
from webapp.cli import valkey
from webapp.cli.children import die_with_parent

START_SECONDS, LOOK_SECONDS = 30, 0.2


@contextmanager
def kept_up(folder: Path) -> Iterator[str]:
    """Its address; it is up when the block begins, and gone after it. Raises ServerFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=[folder, over], daemon=True, name="queue keeper")
    keeper.start()
    try:
        until = time.monotonic() + START_SECONDS
        while not valkey.is_up(folder):
            if time.monotonic() > until:
                raise ServerFailed((folder / "valkey.log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)
        yield valkey.url(folder)
    finally:
        over.set()
        keeper.join()


def _keep(folder: Path, over: threading.Event) -> None:
    """The server dies with the thread that began it, so this one stays until the end."""
    server = _begin(folder)
    while not over.wait(LOOK_SECONDS):
        if server.poll() is not None:
            server = _begin(folder)
    server.kill()
    server.wait()


def _begin(folder: Path) -> subprocess.Popen:
    me = os.getpid()
    with (folder / "valkey.log").open("ab") as log:
        return subprocess.Popen(valkey.argv(folder), stdout=log, stderr=log, cwd="/", start_new_session=True,
                                preexec_fn=lambda: die_with_parent(me))  # fmt: skip
