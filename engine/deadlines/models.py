"""Legal and agreed terms of a case as rows: started, paused, extended, met or missed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine import clock
from engine.db import Revised, db


class DeadlineStatus(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Deadline(Revised, db.Model):
    """One term running for a case; its timer in the process carries the same due time."""

    __table_args__ = (
        Index("ix_deadline_due", "status", "due_at"), Index("ix_deadline_remind", "status", "remind_at"),
        Index("ix_deadline_paused", "case_id", "term",  # asked for each task of a list (engine/inbox/lists/queries.py)
              postgresql_where=text("status = 'paused'"), sqlite_where=text("status = 'paused'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), index=True)
    token: Mapped[str] = mapped_column(String(64), default="")  # the timer's token in the instance
    term: Mapped[str] = mapped_column(String(16))  # T01 … T46
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))  # whose it is, where it is one party's alone
    starts_at: Mapped[datetime]
    length: Mapped[int | None]  # where the table leaves it open, or whoever started it said another one
    due_at: Mapped[datetime]
    calendar: Mapped[str] = mapped_column(String(64), default="")  # hash of the calendar it was counted by
    remind_at: Mapped[datetime | None]  # when it is looked at next: a reminder, or its end
    status: Mapped[str] = mapped_column(String(16), default=DeadlineStatus.RUNNING)
    paused_at: Mapped[datetime | None]
    pauses: Mapped[list] = mapped_column(default=list)  # [{from, to, reason, reason_en, key}]; `to` is None while it holds
    extensions: Mapped[list] = mapped_column(default=list)  # [{days, old, new, reason, consents: [...], at}]
    explanation: Mapped[dict] = mapped_column(default=dict)  # {"zh": ..., "en": ...}
    ended_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def asked_since(self) -> datetime:
        """Since when an answer counts for the next extension: a yes stands for one, not for those after it."""
        return max([self.created_at, *(datetime.fromisoformat(each["at"]) for each in self.extensions)])

    @property
    def standing_for(self) -> dict[str, dict]:
        """The pauses that hold now, by their keys; the first of them began when `paused_at` says."""
        return {pause.get("key", ""): pause for pause in self.pauses if pause["to"] is None}
