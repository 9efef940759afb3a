"""Who is away, until when, and who stands in: days are whole days in Shanghai, and what has ended ends by itself."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ForeignKey, and_, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine import clock, statements
from engine.access.models import User
from engine.db import Revised, db
from engine.encryption.columns import EncryptedText


class Absence(Revised, db.Model):
    """Somebody is away from one day to another, both included; a colleague may stand in for them with rights of their own."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    reason: Mapped[str] = mapped_column(EncryptedText("absence.reason", 100), default="")  # not for the colleagues
    entered_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]  # called off, or ended early

    user: Mapped[User] = relationship(foreign_keys=user_id)
    substitute: Mapped[User | None] = relationship(foreign_keys=substitute_id)
    entered_by: Mapped[User] = relationship(foreign_keys=entered_by_id)

    @property
    def holds(self) -> bool:
        """Is it still to come, or under way?"""
        return self.ended_at is None and self.last_day >= clock.today()


class TaskCap(Revised, db.Model):
    """How many open tasks somebody holds at most, in all and of some kinds; without one, as many as come. The row is locked
    before any task is given."""

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    most: Mapped[int | None]
    kinds: Mapped[dict] = mapped_column(default=dict)  # kind (engine/inbox/sharing/kinds.py) → how many of it
    set_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    set_at: Mapped[datetime] = mapped_column(default=clock.now)


def during(first: date, last: date):
    """The condition that an absence touches these days."""
    return and_(Absence.ended_at.is_(None), Absence.first_day <= last, Absence.last_day >= first)


def today():
    """The condition that it holds today."""
    return during(clock.today(), clock.today())


def away(user_ids: Iterable[int]) -> dict[int, Absence]:
    """Who of these is away today."""
    rows = db.session.scalars(select(Absence).where(Absence.user_id.in_(set(user_ids)), today()).order_by(Absence.id))
    return {row.user_id: row for row in rows}


def replaced_by(user_id: int | None) -> frozenset[int]:
    """For whom somebody stands in today."""
    return frozenset(statements.ask(_REPLACED, user=user_id, day=clock.today()).scalars()) if user_id else frozenset()


_REPLACED = select(Absence.user_id).where(
    Absence.substitute_id == bindparam("user"), during(bindparam("day"), bindparam("day")))
