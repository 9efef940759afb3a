"""What every connection promises: nobody waits for ever, and nobody who vanished holds a case."""

import pytest
from sqlalchemy import text

from engine.db import POSTGRESQL_LIMITS, db, transaction


def asked(question):
    with transaction(write=False):
        return db.session.scalar(text(question))


def test_sqlite_checks_references_and_waits_for_its_turn(app):
    if db.engine.dialect.name != "sqlite":
        return
    assert (asked("PRAGMA foreign_keys"), asked("PRAGMA busy_timeout"), asked("PRAGMA journal_mode")) == (1, 10000, "wal")


@pytest.mark.parametrize("name", sorted(POSTGRESQL_LIMITS))
def test_postgresql_ends_what_would_hold_others_for_ever(app, name):
    if db.engine.dialect.name != "postgresql":
        return
    assert asked(f"SHOW {name}") == POSTGRESQL_LIMITS[name]
    with transaction():
        db.session.execute(text("SELECT 1"))
        db.session.rollback()
    assert asked(f"SHOW {name}") == POSTGRESQL_LIMITS[name]
