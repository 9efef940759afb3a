"""What instances say to others, until it has been passed on, and the events that start a process."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine import clock
from engine.db import Revised, db
from engine.encryption.columns import EncryptedJson
from engine.workflow.models import Instance, Message, Version


class Thrown(db.Model):
    """A message or signal that an instance threw for others, until it has been passed on."""

    __table_args__ = (Index("ix_thrown_ahead", "id", postgresql_where=text("handled_at IS NULL"),
                            sqlite_where=text("handled_at IS NULL")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey(Instance.id), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    element: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    keys: Mapped[dict] = mapped_column(default=dict)
    payload: Mapped[dict] = mapped_column(EncryptedJson("thrown.payload"))
    thrown_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]


class MessageKey(db.Model):
    """A value that a kept message carries under a name: by these, a wait with keys finds it among many."""

    __table_args__ = (Index("ix_message_key_carried", "name", "value"),)

    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class StartEvent(Revised, db.Model):
    """An event that starts a process, as its version in force draws it."""

    __table_args__ = (Index("ix_start_event_told", "kind", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(String(64), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id))
    element: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))  # message, signal, timer, conditional
    name: Mapped[str] = mapped_column(String(100), default="")
    variable: Mapped[str] = mapped_column(String(100), default="")  # under which name the new instance has the payload
    time: Mapped[str] = mapped_column(Text, default="")  # of a timer, or the condition, as drawn
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    rest: Mapped[dict] = mapped_column(default=dict)  # of a cycle: how often it comes again; of a condition: whether it held
    since: Mapped[datetime] = mapped_column(default=clock.now)
