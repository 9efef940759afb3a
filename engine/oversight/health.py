"""Is everything there? For /health, and for the banner that administrators see."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from engine import clock, jobs, write_log
from engine.db import database_now, db
from engine.i18n import _
from engine.workflow.doors import WorkerProcess

SILENCE = timedelta(seconds=60)


def last_seen() -> datetime | None:
    """When any worker was seen last."""
    return db.session.scalar(select(func.max(WorkerProcess.seen_at)))


def workers() -> list[WorkerProcess]:
    """Worker processes, the latest seen first; those gone for a day are left out."""
    recent = WorkerProcess.seen_at > clock.now() - timedelta(days=1)
    return list(db.session.scalars(select(WorkerProcess).where(recent).order_by(WorkerProcess.seen_at.desc())))


def workers_are_there() -> bool:
    """Was a worker seen within the last minute, by the database's clock?"""
    seen = last_seen()
    return seen is not None and database_now() - seen <= SILENCE


def warnings() -> list[str]:
    """Marked sentences for the banner; none when all is well."""
    found = []
    if not workers_are_there():
        found.append(_("No worker has been seen for more than a minute: automatic steps are waiting."))
    if not jobs.is_reachable():
        found.append(_("Redis does not answer: automatic steps go on, with a delay of a few seconds."))
    if write_log.size(db.engine) > write_log.TOO_LONG:
        found.append(_("The database's log grows and cannot be emptied: somebody has been reading for very long."))
    return found


def report() -> dict:
    """The parts and how they are: for machines that watch us. Redis only hastens, so its absence is not a failure."""
    try:
        database, seen, revision = True, workers_are_there(), _revision()
    except SQLAlchemyError:
        db.session.rollback()
        database, seen, revision = False, False, ""
    return {"database": database, "redis": jobs.is_reachable(), "workers": seen, "revision": revision}


def _revision() -> str:
    """The migration the database stands at; empty when it was made without migrations."""
    if not _has_table("alembic_version"):
        return ""
    return db.session.scalar(text("SELECT version_num FROM alembic_version")) or ""


def _has_table(name: str) -> bool:
    catalog = "sqlite_master" if db.engine.dialect.name == "sqlite" else "pg_tables"
    column = "name" if catalog == "sqlite_master" else "tablename"
    return db.session.scalar(text(f"SELECT 1 FROM {catalog} WHERE {column} = :name"), {"name": name}) is not None
