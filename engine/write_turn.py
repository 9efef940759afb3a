"""SQLite has one writer at a time and lets the others poll, some of them for seconds; here they take turns instead.

The turn only orders; SQLite's own lock still guards. Who waited in vain goes on and is told by SQLite itself.
"""

import fcntl
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import Engine

PATIENCE_SECONDS = 10.0
POLL_SECONDS = 0.001

_turns: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)


@contextmanager
def turn(engine: Engine):
    """Hold the turn to write to this SQLite database, of all threads and processes of this machine; for others, nothing."""
    place = engine.url.database
    if engine.dialect.name != "sqlite" or not place or place == ":memory:":
        yield
        return
    lock, until = _turns[Path(place)], time.monotonic() + PATIENCE_SECONDS
    mine = lock.acquire(timeout=PATIENCE_SECONDS)
    try:
        with Path(f"{place}-turn").open("a") as file:  # closing it ends the turn, also when the process is killed
            _wait_for(file, until)
            yield
    finally:
        if mine:
            lock.release()


def _wait_for(file, until: float) -> None:
    while time.monotonic() < until:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(POLL_SECONDS)
