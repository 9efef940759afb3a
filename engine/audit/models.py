"""What is kept of the audit: entries, their links in a chain per tenant, and the anchors over all links.

Append only: a migrated database refuses to change or delete entries, links, anchors and the trace (migrations, "append only").
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine import clock
from engine.db import db
from engine.encryption.columns import EncryptedText

PLATFORM = 0  # the tenant of what belongs to no body


class AuditEntry(db.Model):
    """One thing somebody did, or was refused. Ids and codes, and why staff did it: what is said in a case stays in the case."""

    __table_args__ = (Index("ix_audit_entry_case_id_id", "case_id", "id"), Index("ix_audit_entry_tenant_id", "tenant", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    tenant: Mapped[int] = mapped_column(default=PLATFORM)  # the body whose staff or system it was; 0 the platform
    actor_kind: Mapped[str] = mapped_column(String(16))  # user, party, client, system, operator, nobody
    actor_id: Mapped[int | None]  # by kind: user, participant, client
    action: Mapped[str] = mapped_column(String(100), index=True)
    object_type: Mapped[str] = mapped_column(String(40), default="")
    object_id: Mapped[str] = mapped_column(String(64), default="")
    case_id: Mapped[int | None]
    purpose: Mapped[str] = mapped_column(EncryptedText("audit_entry.purpose"), default="")  # why, in the words of staff
    outcome: Mapped[str] = mapped_column(String(16), default="done")  # done, refused
    detail: Mapped[dict] = mapped_column(default=dict)
    address_hash: Mapped[str] = mapped_column(String(32), default="")
    trace_id: Mapped[str] = mapped_column(String(64), default="")


class AuditLink(db.Model):
    """One row of a source in its tenant's chain: hash = SHA-256(0x00 ‖ canonical row ‖ previous hash)."""

    __table_args__ = (UniqueConstraint("source", "row_id"), UniqueConstraint("tenant", "number"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(db.Integer, "sqlite"), primary_key=True)
    source: Mapped[str] = mapped_column(String(16))
    row_id: Mapped[int] = mapped_column(BigInteger)
    tenant: Mapped[int]
    number: Mapped[int] = mapped_column(BigInteger)  # in the chain: 1, 2, 3 without a gap
    hash: Mapped[str] = mapped_column(String(64))


class AuditAnchor(db.Model):
    """The signed root (RFC 6962) over all links so far; a copy of it lies outside the database."""

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    leaves: Mapped[int] = mapped_column(BigInteger)
    last_link_id: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[str] = mapped_column(String(64))
    peaks: Mapped[list]  # [[leaves under it, hash], …]: enough to go on from here
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[str] = mapped_column(String(128))


class AuditHead(db.Model):
    """Where the sealer has come to: a chain's end (its tenant), or from which row on a source is looked through."""

    name: Mapped[str] = mapped_column(String(40), primary_key=True)  # chain 7, source trace
    number: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
    next_number: Mapped[int] = mapped_column(BigInteger, default=0)
    moved_at: Mapped[datetime] = mapped_column(default=clock.now)
