"""Rows written by one plain statement each, at once.

For what is written at every step of a process: there the session's search for what changed costs several times the writing.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import ARRAY, Boolean, Integer, Text, TypeDecorator, any_, bindparam, false, insert, literal, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.functions import FunctionElement

from engine.db import Revised, db


def ask(statement, **values):
    """What the database answers to a statement made once; what the session still holds back is written first."""
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values)


def is_one_of(column, keys: Iterable[int]):
    """The condition that a column has one of these numbers. PostgreSQL gets them as one value: some hundred parameters cost more
    than what is asked of them."""
    keys = list(keys)
    if not keys:
        return false()
    return column == any_(literal(keys, ARRAY(Integer))) if db.engine.dialect.name == "postgresql" else column.in_(keys)


class Numbers(TypeDecorator):
    """Some numbers as one value: a list, or its text where a database knows no lists."""

    impl, cache_ok = Text, True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(ARRAY(Integer) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value, dialect):
        return value if dialect.name == "postgresql" else json.dumps(value)


class among(FunctionElement):
    """The condition that a column has one of the numbers given under this name: for statements made once."""

    type, inherit_cache = Boolean(), True

    def __init__(self, column, name: str):
        super().__init__(column, bindparam(name, type_=Numbers))


@compiles(among, "postgresql")
def _in_array(element, compiler, **options):
    return "{} = ANY ({})".format(*(compiler.process(each, **options) for each in element.clauses))


@compiles(among, "sqlite")
def _in_text(element, compiler, **options):
    return "{} IN (SELECT value FROM json_each({}))".format(*(compiler.process(each, **options) for each in element.clauses))


def add(model, *rows: dict) -> None:
    """Insert rows, which all name the same columns; what has a default may be left out."""
    if rows:
        db.session.connection().execute(_insert(model), _first(model, rows))


def added(model, *rows: dict) -> list[int]:
    """Insert rows and tell their ids."""
    return list(db.session.connection().execute(_insert(model, tells=True), _first(model, rows)).scalars()) if rows else []


def _first(model, rows: Sequence[dict]) -> list[dict]:
    return [{"revision": 1, **row} for row in rows] if issubclass(model, Revised) else list(rows)


@cache
def _insert(model, tells: bool = False):
    statement, key = insert(model.__table__), model.__table__.c.id
    return statement.returning(key) if tells else statement.inline()  # else PostgreSQL is asked for the id of a single one


def put(model, key: tuple[str, ...], row: dict) -> None:
    """Insert a row, or write over the one that has the same key."""
    session = db.session()
    told = session.connection().execute(_put(model, key, tuple(row), db.engine.dialect.name), {"revision": 1, **row})
    if known := session.identity_map.get(identity_key(model, told.scalar_one())):
        session.expire(known)


def written_over(model, statement, **values) -> list:
    """Change rows of this model by a statement that tells them, `id` among it; what was read of them before is read anew."""
    told, known = ask(statement, **values).all(), db.session().identity_map
    for row in told:
        if (outdated := known.get(identity_key(model, row.id))) is not None:
            db.session.expire(outdated)
    return told


def put_new(model, row: dict) -> bool:
    """Insert a row, unless somebody else has just done so; was it inserted?"""
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[db.engine.dialect.name]
    statement = dialect.insert(model.__table__).values(row).on_conflict_do_nothing().returning(*model.__table__.primary_key)
    return db.session.connection().execute(statement).first() is not None


@cache
def _put(model, key: tuple[str, ...], names: tuple[str, ...], dialect: str):
    statement = {"postgresql": postgresql, "sqlite": sqlite}[dialect].insert(model.__table__)
    anew = {name: statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(
        index_elements=key, set_={**anew, "revision": model.__table__.c.revision + 1}).returning(model.__table__.c.id)


def change(row, **values) -> None:
    """Write these columns of a row, and let the row say so. Raises StaleDataError when somebody else has saved it since."""
    session = db.session()
    if session.in_nested_transaction():  # it must know what a savepoint takes back
        for name, value in values.items():
            setattr(row, name, value)
        return session.flush()
    values["revision"] = row.revision + 1
    told = {"of_id": row.id, "of_revision": row.revision, **values}
    if session.connection().execute(_update(type(row), tuple(values)), told).rowcount != 1:
        raise StaleDataError(f"{type(row).__name__} {row.id} has been saved by somebody else")
    for name, value in values.items():
        set_committed_value(row, name, value)


@cache
def _update(model, names: tuple[str, ...]):
    table = model.__table__
    same = table.c.id == bindparam("of_id"), table.c.revision == bindparam("of_revision")
    return update(table).where(*same).values({name: bindparam(name) for name in names})
