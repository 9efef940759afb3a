"""SQLite has one writer at a time and lets the others poll, some of them for seconds; here they take turns instead.

The turn only orders; SQLite's own lock still guards. Who waited in vain goes on and is told by SQLite itself. Threads of one
process hand the turn to one another faster than other processes look: so one that has just had it lets those go first that wait.
What machines do stands in a line of its own, and only its first one waits for the turn: a person waits for one, not for all.
"""

import fcntl
import threading
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy.engine import Engine

PATIENCE_SECONDS = 10.0
POLL_SECONDS = 0.001
COURTESY_SECONDS = 3 * POLL_SECONDS
LETTING_SECONDS = 0.03

_turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_behind: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_ended: dict[str, float] = {}  # when this process last gave the turn up


@contextmanager
def turn(engine: Engine, behind: bool = False):
    """Hold the turn to write to this SQLite database, of all threads and processes of this machine; for others, nothing.

    `behind`: nobody waits for it, so those for whom somebody does come first.
    """
    place = engine.url.database
    if engine.dialect.name != "sqlite" or not place or place == ":memory:":
        yield
        return
    until = time.monotonic() + PATIENCE_SECONDS
    with ExitStack() as line:
        if behind:
            line.enter_context(_first_behind(place, until))
            _let_go_first(place)
        line.enter_context(_held(place, until))
        yield


@contextmanager
def _first_behind(place: str, until: float):
    """The first of those who let others go first."""
    lock = _behind[place]
    mine = lock.acquire(timeout=PATIENCE_SECONDS)
    try:
        with Path(f"{place}-behind").open("a") as file:
            while time.monotonic() < until and not _is_had(file, fcntl.LOCK_EX):
                time.sleep(POLL_SECONDS)
            yield
    finally:
        if mine:
            lock.release()


def _let_go_first(place: str) -> None:
    """Whoever waits by now goes first; for a moment only, so that machines get on where people crowd."""
    until = time.monotonic() + LETTING_SECONDS
    while time.monotonic() < until and _does_anybody_wait(place):
        time.sleep(POLL_SECONDS)


@contextmanager
def _held(place: str, until: float):
    lock = _turns[place]
    mine = lock.acquire(timeout=PATIENCE_SECONDS)
    try:
        with Path(f"{place}-turn").open("a") as file:  # closing it ends the turn, also when the process is killed
            _wait_for(file, place, until)
            yield
    finally:
        _ended[place] = time.monotonic()
        if mine:
            lock.release()


def _wait_for(file, place: str, until: float) -> None:
    if time.monotonic() - _ended.get(place, 0) < COURTESY_SECONDS and _does_anybody_wait(place):
        time.sleep(COURTESY_SECONDS)
    if _is_had(file, fcntl.LOCK_EX):
        return
    with _line(place) as waiting:
        _is_had(waiting, fcntl.LOCK_SH)
        while time.monotonic() < until and not _is_had(file, fcntl.LOCK_EX):
            time.sleep(POLL_SECONDS)


def _does_anybody_wait(place: str) -> bool:
    with _line(place) as waiting:
        return not _is_had(waiting, fcntl.LOCK_EX)


def _line(place: str):
    """Those who wait hold a share of this file."""
    return Path(f"{place}-line").open("a")


def _is_had(file, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
