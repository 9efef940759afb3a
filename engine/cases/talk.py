"""What those who work on a case write for each other: comments with their mentions and readers, and notes of calls.

Every row has an audience of staff only: `staff` (the mediator and the organisation's office), `court`, or `body:<id>` (one
institution's own people). None of them is a party's, and none crosses the wall between mediation and court.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine import clock
from engine.access.models import Participant, Scoped, User
from engine.db import db
from engine.encryption.columns import EncryptedText


class Comment(Scoped, db.Model):
    """One person's words to their colleagues about a case; taken back, its place stays."""

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    author: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(EncryptedText("comment.text"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    taken_back_at: Mapped[datetime | None]

    mentions: Mapped[list["Mention"]] = relationship(lazy="selectin", order_by="Mention.id")
    readings: Mapped[list["Reading"]] = relationship(lazy="selectin", order_by="Reading.at, Reading.id")


class Mention(db.Model):
    """A colleague was named in a comment: it stands in their inbox until they have seen it."""

    __table_args__ = (UniqueConstraint("comment_id", "user_id"), Index("ix_mention_user_id_seen_at", "user_id", "seen_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    seen_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class Reading(db.Model):
    """Somebody has read a comment. It says nothing about service on a party."""

    __table_args__ = (UniqueConstraint("comment_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship()


class CallNote(Scoped, db.Model):
    """A telephone call with a party: when, by whom, what came of it. The number is kept masked only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    direction: Mapped[str] = mapped_column(String(8))  # out, in
    number: Mapped[str] = mapped_column(String(32), default="")  # masked
    called_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(EncryptedText("call_note.text"), default="")
    author_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    author: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    participant: Mapped[Participant] = relationship()
