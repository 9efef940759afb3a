"""How often the database is asked: so that a list costs no question more for each of its rows."""

from collections.abc import Callable

from sqlalchemy import event

from engine.db import db


def of(asked: Callable, about: str = "") -> int:
    """How many statements this takes that name a table; by default all."""
    found = []

    def heard(connection, cursor, statement, *_more):
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", heard)
    try:
        asked()
    finally:
        event.remove(db.engine, "before_cursor_execute", heard)
    return sum(f"FROM {about}" in statement for statement in found) if about else len(found)
