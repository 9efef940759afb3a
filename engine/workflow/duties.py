"""Whose turn it is with a duty that one worker has at a time: a row each, held for a while and never for ever."""

from datetime import datetime

from sqlalchemy import String, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import database_now, db, later


class Duty(db.Model):
    """A duty that comes again and again; until then, nobody begins with it."""

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    held_until: Mapped[datetime]
    worker: Mapped[str] = mapped_column(String(100))  # that had it last


def is_free(name: str) -> bool:
    """Reads only: whoever comes too early has kept no writer waiting."""
    held = db.session.scalar(select(Duty.held_until).where(Duty.name == name))
    return held is None or held <= database_now()


def take(name: str, worker: str, seconds: float) -> bool:
    """Have a duty for so long, unless another worker has it; one that dies with it is followed by the next after that."""
    dialect, now = postgresql if db.engine.dialect.name == "postgresql" else sqlite, database_now()
    row = {"name": name, "held_until": later(now, seconds), "worker": worker}
    mine = dialect.insert(Duty).values(row)
    mine = mine.on_conflict_do_update(index_elements=["name"], set_=row, where=Duty.held_until <= now).returning(Duty.name)
    return db.session.scalar(mine) is not None


def leave(name: str, worker: str, seconds: float) -> None:
    """It is done, and comes again after so long."""
    db.session.execute(update(Duty).where(Duty.name == name, Duty.worker == worker).values(
        held_until=later(database_now(), seconds)))
