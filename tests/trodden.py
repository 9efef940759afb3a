"""Ways that many tests walk are walked once per run; who comes later finds what the first one left in the database.

A way counts only while nothing else has been written, no clock moved and no setting changed since the database was empty:
then the same steps leave the same, and their rows are put back instead of made again, at the moment they were kept.
"""

import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, wraps

from sqlalchemy import event
from sqlalchemy.engine import Engine

from engine import clock, config
from engine.db import db, transaction
from engine.workflow import versions
from tests import emptying

STARTED = time.time() - time.monotonic()
kept: dict[tuple, tuple["Rows", object]] = {}
WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
written: Counter[str] = Counter()  # how often something was written to a table, by this process
_commits = 0
_begun = 0  # how many processes this one has begun


def _count_a_process() -> None:
    global _begun
    _begun += 1


@wraps(subprocess.Popen._execute_child)
def _execute(*args, **options):
    _count_a_process()
    return _execute.__wrapped__(*args, **options)


subprocess.Popen._execute_child = _execute
os.register_at_fork(after_in_parent=_count_a_process)


@event.listens_for(Engine, "commit")
def _committed(connection) -> None:
    global _commits
    _commits += connection.get_execution_options().get("write", True)


@event.listens_for(Engine, "before_cursor_execute")
def _asked(connection, cursor, statement, parameters, context, is_many) -> None:
    written.update(_written_by(statement))


@lru_cache(10_000)
def _written_by(statement: str) -> tuple[str, ...]:
    """The tables a statement writes to; most statements come again and again."""
    return tuple(WRITES.findall(statement))


@dataclass(frozen=True)
class Rows:
    """All rows of the tables that were written to, at one moment, as the driver gives them."""

    tables: dict[str, list | bytes]
    counters: str
    moment: datetime

    @classmethod
    def of(cls, tables: set[str]) -> "Rows":
        """What stands in these tables."""
        with transaction(write=False):
            connection = db.session.connection().connection
            if db.engine.dialect.name == "sqlite":
                found = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
                return cls(found, "", clock.now())
            with connection.cursor() as cursor:
                found = {name: _copied(cursor, name) for name in tables}
                cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
                counters = "; ".join(f"SELECT setval('\"{name}\"', {value})" for name, value in cursor.fetchall())
            return cls(found, counters, clock.now())

    def put_back(self) -> None:
        """Exactly these rows, and their moment. Objects in memory keep what they were loaded with."""
        db.session.expunge_all()
        written.update(list(self.tables))
        with transaction():
            emptying.tables(frozenset(self.tables))
            connection = db.session.connection().connection
            if db.engine.dialect.name == "sqlite":
                for name, rows in self.tables.items():
                    if rows:
                        connection.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(rows[0]))})', rows)
            else:
                with connection.cursor() as cursor:
                    for name, rows in self.tables.items():
                        if rows:
                            with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                                copy.write(rows)
                    cursor.execute(self.counters)
        versions.forget()
        clock.move(self.moment - clock.now())


def _copied(cursor, name: str) -> bytes:
    with cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
        return b"".join(copy)


class Way:
    """What was done since the database was empty, by name; `None` once anything else was done too."""

    def __init__(self):
        self.steps: tuple | None = None
        self.commits, self.offset, self.inside = 0, timedelta(0), False
        self.before: Counter[str] = Counter()
        self.begun: int | None = None

    def begin(self) -> None:
        """The database is empty."""
        self.before, self.begun = written.copy(), _begun
        self._go_on(())

    def stays(self, table: str) -> None:
        """What was written to a table so far is there in every test that comes this way."""
        self.before[table] = written[table]

    @property
    def touched(self) -> set[str] | None:
        """The tables that were written to since; None where another process may have written too."""
        return self._written() if self.begun == _begun else None

    def _written(self) -> set[str]:
        return {table for table in written - self.before if table in db.metadata.tables}

    @property
    def is_known(self) -> bool:
        """Has nothing else been done?"""
        is_machines_time = abs(time.time() - time.monotonic() - STARTED) < 1
        return (self.steps is not None and self.commits == _commits and self.offset == clock.offset() and is_machines_time)

    @contextmanager
    def step(self, *name):
        """What happens inside leaves the same whenever it begins with the same."""
        if self.inside:
            yield
            return
        before, told, self.inside = (self.steps if self.is_known else None), self._told(name), True
        self.steps = None
        try:
            yield
            self._go_on(None if before is None else (*before, told))
        finally:
            self.inside = False

    def leg(self, walked: Callable[[], object], *name):
        """A step that is worth keeping; what it answers is kept with it, so it must be plain (numbers, texts)."""
        if self.inside or not self.is_known:
            return walked()
        key = (*self.steps, self._told(name))
        if key in kept:
            rows, answer = kept[key]
            rows.put_back()
            self._go_on(key)
            return answer
        with self.step(*name):
            answer = walked()
        kept[key] = Rows.of(self._written()), answer
        return answer

    @staticmethod
    def _told(name: tuple) -> tuple:
        """A step, and the settings under which it was done."""
        return (*name, repr(config.current()))

    def leave(self) -> None:
        """From here on nothing is known: another process works on the database, or code is not what it is otherwise."""
        self.steps = self.begun = None

    def patched(self, *name) -> None:
        """Code is not what it is otherwise, but always in the way that has this name; the database is still empty."""
        assert self.commits == _commits, "something was done before"
        self._go_on((self._told(name),))

    def _go_on(self, steps: tuple | None) -> None:
        self.steps, self.commits, self.offset = steps, _commits, clock.offset()


way = Way()
