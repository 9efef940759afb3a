"""SQLite's write-ahead log stays short, also where somebody reads at every moment."""

import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import create_engine

from engine import write_log


@pytest.fixture
def engine(tmp_path, monkeypatch):
    monkeypatch.setattr(write_log, "LONG", 100_000)
    with closing(sqlite3.connect(tmp_path / "x.sqlite3")) as first:
        first.execute("PRAGMA journal_mode=WAL")
        first.execute("CREATE TABLE kept (text)")
    return create_engine(f"sqlite:///{tmp_path}/x.sqlite3")


def write(engine, rows: int = 200) -> None:
    with closing(sqlite3.connect(engine.url.database)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 50")
        for _row in range(rows):
            with writer:
                writer.execute("INSERT INTO kept VALUES (?)", ("x" * 2000,))


@contextmanager
def always_read(engine):
    """Two who take turns: before one has ended, the other has begun."""
    ended, begun = threading.Event(), threading.Event()

    def read():
        here, there = (sqlite3.connect(engine.url.database, isolation_level=None) for _number in range(2))
        with closing(here), closing(there):
            while not ended.is_set():
                here.execute("BEGIN")
                here.execute("SELECT count(*) FROM kept").fetchone()
                if there.in_transaction:
                    there.execute("COMMIT")
                begun.set()
                here, there = there, here

    reader = threading.Thread(target=read)
    reader.start()
    assert begun.wait(5)
    try:
        yield
    finally:
        ended.set()
        reader.join()


def test_a_long_log_is_emptied_though_somebody_reads_at_every_moment(engine):
    with always_read(engine):
        write(engine)
        assert write_log.size(engine) > write_log.LONG
        assert write_log.shorten(engine) and write_log.size(engine) == 0
    with closing(sqlite3.connect(engine.url.database)) as reader:
        assert reader.execute("SELECT count(*) FROM kept").fetchone() == (200,)


def test_a_short_log_is_left_alone(engine):
    with closing(sqlite3.connect(engine.url.database)) as other:
        other.execute("INSERT INTO kept VALUES ('x')")
        other.commit()
        before = write_log.size(engine)
        assert not write_log.shorten(engine) and write_log.size(engine) == before > 0


def test_who_reads_for_long_keeps_it_and_is_not_disturbed(engine, monkeypatch, caplog):
    monkeypatch.setattr(write_log, "PATIENCE_MS", 20)
    monkeypatch.setattr(write_log, "TOO_LONG", 100_000)
    with closing(sqlite3.connect(engine.url.database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM kept").fetchone()
        write(engine)
        assert not write_log.shorten(engine) and "reads for very long" in caplog.text
        assert reader.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        reader.execute("COMMIT")
        assert write_log.shorten(engine)
