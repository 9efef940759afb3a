"""Who of an institution handles which of its cases. Its other people see nothing of a case but its head, and that only who leads
there, and its handlers while nobody handles it (engine/access/policy.py)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, exists, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Body, Participant, Role, User
from engine.db import Revised, db
from engine.errors import NotFound

NOW = {"postgresql_where": text("until IS NULL"), "sqlite_where": text("until IS NULL")}


class CaseHandler(Revised, db.Model):
    """Somebody handles a case for an institution that is a party to it, from one moment to another."""

    __table_args__ = (Index("uq_case_handler_now", "case_id", "body_id", "user_id", unique=True, **NOW),
                      Index("ix_case_handler_user_now", "user_id", "case_id", **NOW))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    since: Mapped[datetime] = mapped_column(default=clock.now)
    begun_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))  # themselves, who leads there; None: the system
    until: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    user: Mapped[User] = relationship(foreign_keys=user_id)


def of_cases(case_ids: Iterable[int], body_ids: Iterable[int]) -> list[CaseHandler]:
    """Who handles these cases for these institutions now, the longest first."""
    return list(db.session.scalars(select(CaseHandler).where(
        CaseHandler.case_id.in_(list(case_ids)), CaseHandler.body_id.in_(list(body_ids)), CaseHandler.until.is_(None),
    ).order_by(CaseHandler.id)))


def begin(case_id: int, body_id: int, user_id: int, by: int | None, at: datetime | None = None) -> None:
    """From now on, or from the moment when somebody else ends, somebody handles it; who does already goes on."""
    if not any(row.user_id == user_id for row in of_cases([case_id], [body_id])):
        db.session.add(CaseHandler(case_id=case_id, body_id=body_id, user_id=user_id, begun_by_id=by, since=at or clock.now()))
        db.session.flush()


def begin_own(actor: Actor, case_id: int) -> None:
    """Who brings a case in for an institution handles it."""
    who = actor.person or actor
    own = [body for body in who.bodies(Role.INSTITUTION_HANDLER) if body is not None]
    named = select(Participant.body_id).where(Participant.case_id == case_id, Participant.body_id.in_(own)).distinct()
    for body in list(db.session.scalars(named)) if own else ():
        begin(case_id, body, who.user_id, who.user_id)


def led_by(actor: Actor) -> int:
    """The institution where somebody leads; of several, the one that was entered first. Raises NotFound."""
    found = min((body for body in actor.bodies(Role.INSTITUTION_ADMIN) if body is not None), default=None)
    if found is None:
        raise NotFound()
    return found


def copy(case_id: int, new_id: int) -> None:
    """Who handles a case handles the one it goes on in."""
    for row in list(db.session.scalars(select(CaseHandler).where(CaseHandler.case_id == case_id, CaseHandler.until.is_(None)))):
        begin(new_id, row.body_id, row.user_id, row.begun_by_id)


def end(row: CaseHandler, by: int | None, at: datetime | None = None) -> None:
    """From now on, or from the moment when somebody else begins, they do not."""
    row.until, row.ended_by_id = at or clock.now(), by
    db.session.flush()


def leave(user_id: int, by: int | None, body_id: int | None = None) -> None:
    """Somebody handles nothing any more, at this institution or at any: what nobody else handles is free to be taken."""
    where = [CaseHandler.user_id == user_id, CaseHandler.until.is_(None)]
    where += [CaseHandler.body_id == body_id] if body_id is not None else []
    for row in list(db.session.scalars(select(CaseHandler).where(*where))):
        end(row, by)


def is_with(user_id: int | None, case_id, body_ids: Iterable[int]):
    """The condition that somebody (None: nobody) handles the case in this column for one of these institutions."""
    found = exists().where(CaseHandler.case_id == case_id, CaseHandler.body_id.in_(list(body_ids)), CaseHandler.until.is_(None))
    return ~found if user_id is None else found.where(CaseHandler.user_id == user_id)
