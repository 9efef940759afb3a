"""The database: one transaction at the door, locks before reads, effects after the commit."""

import json
import logging
import select as sockets
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, MetaData, Text, TypeDecorator, bindparam, event, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

from engine import clock, crash, texts
from engine.errors import NotFound
from engine.write_turn import turn

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


IN_PLACE_OF = "in_place_of"  # of a session: for whom its transaction acts (engine/audit/notes.py)
FOR_CHANGE = {"key_share": True}  # rows that only refer to it need not wait
_DATABASE_CLOCK = select(text("clock_timestamp()"))

POSTGRESQL_LIMITS = {
    "jit": "off",  # to compile a question takes longer than to answer any of ours
    "max_parallel_workers_per_gather": "0",  # the same is true of starting processes that help with it
    "lock_timeout": "5s",  # who waits longer for a row is told that the server is busy
    "idle_in_transaction_session_timeout": "1min",  # a client that vanished in the middle holds no case for longer
}


class Moment(TypeDecorator):
    """A point in time: aware UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without zone")
        return value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(astext_type=Text()), "postgresql")


class Base(DeclarativeBase):
    """Names constraints alike on both databases, and knows moments and JSON columns by their Python type."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: Moment, dict: Json, list: Json}
    )


# one thread's connections serve the next one, the last used first: to open one costs a server more than a request does
KEPT_CONNECTIONS, MORE_CONNECTIONS = 20, 10

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False}, engine_options={
    "json_serializer": json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode,
    "pool_size": KEPT_CONNECTIONS, "max_overflow": MORE_CONNECTIONS, "pool_use_lifo": True,
})


class Revised:
    """Mix-in for mutable rows: whoever saves an outdated copy is told so (StaleDataError → 409)."""

    revision: Mapped[int] = mapped_column(nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls):
        return {"version_id_col": cls.revision}


@event.listens_for(Engine, "connect")
def _connected(connection, record):
    if _is_sqlite(connection):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")
    else:
        for name, limit in POSTGRESQL_LIMITS.items():
            connection.execute(f"SET {name} = '{limit}'")
        connection.commit()


@event.listens_for(Engine, "checkout")
def _taken(connection, record, proxy):
    """A server that went away has said so: something lies in the socket. To look is cheaper than to ask."""
    if not _is_sqlite(connection) and (connection.closed or _has_news(connection.fileno())):
        raise InvalidatePoolError("the database has closed this connection")


def _is_sqlite(connection) -> bool:
    return type(connection).__module__.startswith("sqlite3")


def _has_news(file: int) -> bool:
    looking = sockets.poll()
    looking.register(file, sockets.POLLIN)
    return bool(looking.poll(0))


@event.listens_for(Engine, "before_cursor_execute")
def _asked(connection, cursor, statement, parameters, context, is_many):
    """Both databases refuse the same texts, and before they are asked."""
    is_rows = is_many and isinstance(parameters, list)  # many rows put into one statement come as one row
    texts.refuse_parameters(parameters if is_rows else (parameters,))


@event.listens_for(Engine, "begin")
def _began(connection):
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


# what workers do when nobody waits for it just now; not the heart-beat, which keeps them their calls
BEHIND = {"claim", "answer", "settle", "failure", "turn", "timers", "post", "attempt", "reaper", "duty", "sentinel", "calendar",
          "serving", "audit", "stamps"}


@contextmanager
def transaction(write: bool = True, door: str = "command"):
    """One unit of work: commit at the end, roll back on any error; effects asked for by `after_commit` follow the commit.

    Opened by the doors only; `door` names the opener for `engine/crash.py`. `write=False` reads (SQLite: no write lock is taken).
    """
    session = db.session()
    session.rollback()
    session.info["after_commit"] = []
    session.info.pop(IN_PLACE_OF, None)
    with turn(db.engine, behind=door in BEHIND) if write else nullcontext():
        try:
            session.connection(execution_options={"write": write})
            yield session
            if write:
                crash.point(door, "before_commit")
            session.commit()
        except BaseException:
            session.rollback()
            session.info["after_commit"] = []
            raise
        finally:
            session.info.pop("locked", None)
    if write:
        crash.point(door, "after_commit")
    for effect, args in session.info.pop("after_commit", []):
        try:
            effect(*args)
        except Exception:
            log.exception("an effect after the commit failed", extra={"effect": effect.__name__})
    if write:
        crash.point(door, "after_hints")


def glance(statement, **values) -> list:
    """What the database answers to one question that needs no transaction: PostgreSQL is not told to begin and end one."""
    if db.session.registry.has() and db.session().in_transaction():
        return db.session().connection().execute(statement, values).all()
    with _glancing(db.engine).connect() as connection:
        return connection.execute(statement, values).all()


@lru_cache(maxsize=8)
def _glancing(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT") if engine.dialect.name == "postgresql" else engine


def is_deadlock(error: OperationalError) -> bool:
    """Did PostgreSQL end this transaction because it and another one waited for each other? Done again, it succeeds."""
    return getattr(error.orig, "sqlstate", "") == "40P01"


@contextmanager
def savepoint():
    """A part that may fail alone: all it did is undone, and no row in memory still says otherwise."""
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        db.session.expire_all()
        raise


def start_over() -> None:
    """Undo what this transaction has done so far, and go on reading: to show a form again with what was wrong in it."""
    session = db.session()
    session.rollback()
    session.info["after_commit"] = []
    session.info.pop(IN_PLACE_OF, None)


def after_commit(effect: Callable, *args) -> None:
    """Do this once the transaction has been committed; it is dropped when the transaction rolls back.

    For hints only: an effect that fails is logged, nothing else.
    """
    hooks = db.session().info.setdefault("after_commit", [])
    if (effect, args) not in hooks:
        hooks.append((effect, args))


def drop_after_commit(effect: Callable, *args) -> None:
    """This effect is no longer needed."""
    hooks = db.session().info.get("after_commit", [])
    if (effect, args) in hooks:
        hooks.remove((effect, args))


def locked(model, key, inside=None):
    """Read a row for change: other transactions wait until this one ends. Raises NotFound.

    `inside` is the model of the row it belongs to, by its column `<name>_id`: that row is locked first, and both are read then.
    """
    held = _held()
    row = held.get((model, key))
    if row is None or row not in db.session:
        found = db.session.execute(_locking(model, inside), {"key": key}).one_or_none()
        if found is None:
            raise NotFound()
        row = found[0]
        held |= {(type(each), each.id): each for each in found[1:]} | {(model, key): row}
    return row


def hold(rows: Iterable) -> None:
    """These have just been read for change by a query of the caller's: `locked` need not ask for them again."""
    _held().update({(type(row), row.id): row for row in rows})


@cache
def _locking(model, inside):
    """PostgreSQL locks in the order named, waits, and hands out the rows as they are then."""
    query, locks = select(model).where(model.__mapper__.primary_key[0] == bindparam("key")), [model]
    if inside is not None:
        belongs = inside.id == getattr(model, f"{inside.__tablename__}_id")
        query, locks = query.add_columns(inside).join(inside, belongs), [inside, model]
    return query.with_for_update(of=locks, **FOR_CHANGE).execution_options(populate_existing=True)


def _held() -> dict:
    """The rows this transaction (or savepoint) has locked already."""
    session = db.session()
    transaction = session.get_nested_transaction() or session.get_transaction()
    of, rows = session.info.get("locked", (None, {}))
    if of is not transaction or transaction is None:
        rows = {}
        session.info["locked"] = (transaction, rows)
    return rows


def database_now() -> datetime:
    """The database's clock: it alone decides what is due and whose lease is over. SQLite's is this machine's."""
    session = db.session()
    if session.get_bind().dialect.name == "sqlite":
        return clock.now()
    of, told, at = session.info.get("now", (None, None, 0.0))
    if of is None or of is not session.get_transaction():  # asked once in a transaction; from there on any clock counts as well
        told, at = session.connection().scalar(_DATABASE_CLOCK), time.monotonic()
        session.info["now"] = (session.get_transaction(), told, at)
    return told + timedelta(seconds=time.monotonic() - at) + clock.offset()


def later(moment: datetime, seconds: float) -> datetime:
    """The moment so many seconds after another one."""
    return moment + timedelta(seconds=seconds)
