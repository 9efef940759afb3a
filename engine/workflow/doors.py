"""What the doors keep beside the processes: requests that were answered, and workers that are there."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine import clock
from engine.db import db
from engine.encryption.columns import EncryptedJson


class Idempotency(db.Model):
    """An unsafe request that was answered: the same key gets the same answer, another body under the key is refused."""

    __table_args__ = (UniqueConstraint("client", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(200))
    route: Mapped[str] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    status_code: Mapped[int] = mapped_column(default=0)
    body: Mapped[dict | None] = mapped_column(EncryptedJson("idempotency.body"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class WorkerProcess(db.Model):
    """A worker that is (or was) there; the banner and the sentinel read it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
