"""One writer at a time on SQLite, and none that keeps the others waiting because its own threads are quicker."""

import fcntl
import threading

import pytest
from sqlalchemy import create_engine

from engine import write_turn


@pytest.fixture
def slept(monkeypatch):
    found = []
    monkeypatch.setattr(write_turn.time, "sleep", found.append)
    return found


@pytest.fixture
def sqlite(tmp_path):
    return create_engine(f"sqlite:///{tmp_path}/x.sqlite3")


def take(engine):
    with write_turn.turn(engine):
        pass


def test_who_just_had_it_lets_those_go_first_that_wait(sqlite, slept):
    take(sqlite)
    take(sqlite)
    assert slept == []  # nobody waits
    with open(f"{sqlite.url.database}-line", "a") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_SH)
        take(sqlite)
    assert slept == [write_turn.COURTESY_SECONDS]


def test_who_waits_stands_in_the_line_and_leaves_it_with_the_turn(sqlite):
    place, waits, has = sqlite.url.database, threading.Event(), threading.Event()
    with open(f"{place}-turn", "a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiter = threading.Thread(target=lambda: (waits.set(), take(sqlite), has.set()))
        waiter.start()
        assert waits.wait(5) and not has.wait(0.05)
        assert write_turn._does_anybody_wait(place)
    assert has.wait(5) and not write_turn._does_anybody_wait(place)
    waiter.join()


def test_of_those_for_whom_nobody_waits_only_the_first_stands_in_the_line(sqlite):
    place, order = sqlite.url.database, []

    def act(name, behind):
        with write_turn.turn(sqlite, behind):
            order.append(name)

    with open(f"{place}-behind", "a") as first, open(f"{place}-turn", "a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        fcntl.flock(first, fcntl.LOCK_EX)  # a machine of another process stands there
        machine, person = (threading.Thread(target=act, args=each) for each in (("machine", True), ("person", False)))
        machine.start(), person.start()
        fcntl.flock(other, fcntl.LOCK_UN)
        person.join(5)
        assert order == ["person"]
    machine.join(5)
    assert order == ["person", "machine"]


def test_who_waited_in_vain_goes_on_and_sqlite_decides(sqlite, monkeypatch):
    monkeypatch.setattr(write_turn, "PATIENCE_SECONDS", 0.02)
    with open(f"{sqlite.url.database}-turn", "a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        take(sqlite)
