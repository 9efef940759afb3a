"""Passkeys (W3C Web Authentication): keys in telephones, computers and sticks, which their owner opens by finger, face or PIN."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine import clock
from engine.access.models import User
from engine.db import Revised, db


class Passkey(Revised, db.Model):
    """One key of a user: its public half, and how often it says it was used. Nothing here lets anybody in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential: Mapped[str] = mapped_column(String(1400), unique=True)  # the id the device gave it, base64url
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    is_synced: Mapped[bool]  # its owner's other devices have it too
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_used_at: Mapped[datetime | None]


class UsedChallenge(db.Model):
    """A question that was answered: until it expires by itself, the same answer is not taken a second time."""

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
