"""Documents on a case's shelf, and the signatures on them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine import clock
from engine.access.models import Scoped
from engine.db import Revised, db
from engine.encryption.columns import EncryptedJson


class Document(Scoped, Revised, db.Model):
    """A file of a case: made by us, or handed in. Its bytes lie in storage under `sha256`."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))  # template name (agreement, …), evidence, ruling, referral_letter
    title: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    number: Mapped[str] = mapped_column(String(64), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="application/pdf")
    filename: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    pages: Mapped[int] = mapped_column(default=0)
    frozen_sha256: Mapped[str] = mapped_column(String(64), default="")  # what signers saw
    check_code: Mapped[str] = mapped_column(String(16), unique=True)  # for /verify
    found_good_sha256: Mapped[str] = mapped_column(String(64), default="")  # the bytes whose signatures were found to hold
    signature_fields: Mapped[list] = mapped_column(default=list)  # names in signing order
    level: Mapped[str] = mapped_column(String(8), default="")  # of its signatures (PAdES): B-B, B-T, B-LTA
    stamped_at: Mapped[datetime | None]  # when its last document time stamp was added
    stamp_due_at: Mapped[datetime | None] = mapped_column(index=True)  # when the next document time stamp is to be added
    side: Mapped[str] = mapped_column(String(16), default="")  # who handed it in
    told: Mapped[dict] = mapped_column(
        EncryptedJson("document.told"), default=dict, deferred=True)  # what its template was told: for the reading copy
    call_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # made by this operation call, once
    created_by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.id")


class Signature(db.Model):
    """One signature on a document: never changed, never removed."""

    __table_args__ = (UniqueConstraint("document_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey(Document.id), index=True)
    field: Mapped[str] = mapped_column(String(64))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))  # the organisation's seal
    signer: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))  # party, mediator, organisation
    hash_shown: Mapped[str] = mapped_column(String(64))  # the frozen hash the signer saw
    method: Mapped[str] = mapped_column(String(32), default="")  # sms_code, login, standing_seal
    serial: Mapped[str] = mapped_column(String(64), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    signed_at: Mapped[datetime] = mapped_column(default=clock.now)
    stamped_at: Mapped[datetime | None]  # the time in its time stamp (RFC 3161)
