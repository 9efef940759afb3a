"""What was asked for as a file, and how far it is."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine import clock
from engine.access.models import User
from engine.db import db
from engine.encryption.columns import EncryptedJson


class Export(db.Model):
    """Rows of one kind, for whoever asked. The pieces are names of files on a shelf of their own (engine/exports/making.py)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # engine/exports/kinds.py
    asked: Mapped[dict] = mapped_column(EncryptedJson("export.asked"))  # the filter: somebody's name or telephone may be in it

    status: Mapped[str] = mapped_column(String(8), default="running", index=True)  # running, ready, failed
    total: Mapped[int]  # how many rows it will have, as counted when it was asked for
    done: Mapped[int] = mapped_column(default=0)
    last_row: Mapped[int | None] = mapped_column(BigInteger)  # id of the last row made: the next piece begins after it
    pieces: Mapped[list] = mapped_column(default=list)
    why: Mapped[dict] = mapped_column(default=dict)  # it failed: {message, values}

    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)  # then it is deleted with its pieces
    fetched_at: Mapped[datetime | None]  # when it was taken first: no news any more
