"""What was said to whom, by which channel, and what became of it; where a party is served, and how it was."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from engine import clock
from engine.db import Revised, db
from engine.encryption import blind
from engine.encryption.columns import EncryptedText


class Notice(Revised, db.Model):
    """One message to one participant by one channel."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("party_link.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    call_key: Mapped[str | None] = mapped_column(String(100), unique=True)
    channel: Mapped[str] = mapped_column(String(16))  # sms, email
    template: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(EncryptedText("notice.address", 200))
    subject: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(EncryptedText("notice.text"))
    status: Mapped[str] = mapped_column(String(16), default="queued")  # queued, sent, delivered, failed, unknown
    provider_id: Mapped[str] = mapped_column(String(100), default="")
    error: Mapped[str] = mapped_column(EncryptedText("notice.error"), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]  # somebody made sure by another way, or found that nothing more is needed
    settled_by: Mapped[str] = mapped_column(String(200), default="")
    settled_how: Mapped[str] = mapped_column(EncryptedText("notice.settled_how"), default="")


class ServiceAddress(Revised, db.Model):
    """A party's confirmation of where to serve (送达地址确认书): never changed, a later one takes its place."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    receiver: Mapped[str] = mapped_column(String(100), default="")  # 代收人
    phone: Mapped[str] = mapped_column(EncryptedText("service_address.phone", 32))
    phone_blind: Mapped[str] = mapped_column(String(32), index=True)
    postcode: Mapped[str] = mapped_column(String(6))
    address: Mapped[str] = mapped_column(EncryptedText("service_address.address", 300))
    email: Mapped[str] = mapped_column(EncryptedText("service_address.email", 200), default="")
    agrees: Mapped[bool]  # to electronic service
    channels: Mapped[list] = mapped_column(default=list)  # platform, sms, email
    kinds: Mapped[list] = mapped_column(default=list)  # agreement, notices, rulings, court_papers
    is_secret: Mapped[bool] = mapped_column(default=False)  # the other side is not to learn the address
    channel: Mapped[str] = mapped_column(String(16))  # link, staff
    recorded_by: Mapped[str] = mapped_column(String(200))
    confirmed_at: Mapped[datetime] = mapped_column(default=clock.now)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)

    @validates("phone")
    def _indexed(self, name: str, value: str) -> str:
        self.phone_blind = blind.phone(value)
        return value


class Serving(Revised, db.Model):
    """One document to be served on one participant, and what became of that."""

    __table_args__ = (UniqueConstraint("document_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    address_id: Mapped[int | None] = mapped_column(ForeignKey(ServiceAddress.id))  # the confirmation it went by
    agrees: Mapped[bool] = mapped_column(default=False)  # to electronic service of this kind of document
    status: Mapped[str] = mapped_column(String(16), default="open", index=True)  # open, served, failed, ended
    rung: Mapped[str] = mapped_column(String(16), default="")
    next_at: Mapped[datetime | None] = mapped_column(index=True)  # when the next rung is due
    served_at: Mapped[datetime | None]
    basis: Mapped[str] = mapped_column(String(16), default="")  # arrived, receipt, read, signed_for, returned
    read_at: Mapped[datetime | None]
    record_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)

    attempts: Mapped[list["ServingAttempt"]] = relationship(order_by="ServingAttempt.id")


class ServingAttempt(Revised, db.Model):
    """One rung that was tried: where to, when it left, what came of it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    serving_id: Mapped[int] = mapped_column(ForeignKey(Serving.id), index=True)
    rung: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(EncryptedText("serving_attempt.address", 300), default="")
    notice_id: Mapped[int | None] = mapped_column(ForeignKey(Notice.id), index=True)
    status: Mapped[str] = mapped_column(String(16), default="waiting")  # waiting, sent, arrived, failed, returned
    sent_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    tracking: Mapped[str] = mapped_column(String(64), default="")
    remark: Mapped[str] = mapped_column(EncryptedText("serving_attempt.remark", 500), default="")
    noted_by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)


class ServingDay(Revised, db.Model):
    """What was sent on one day and what of it arrived: the daily reconciliation, with its gaps."""

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    sent: Mapped[int] = mapped_column(default=0)
    delivered: Mapped[int] = mapped_column(default=0)
    settled: Mapped[int] = mapped_column(default=0)  # not known to have arrived, and settled by somebody with a reason
    gaps: Mapped[list] = mapped_column(default=list)  # [{notice, service, case, why}]
    reconciled_at: Mapped[datetime] = mapped_column(default=clock.now)


class TermMail(Revised, db.Model):
    """The one mail of a morning that tells somebody of the staff which terms near their end, and what became of it."""

    __table_args__ = (UniqueConstraint("user_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    terms: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(8), default="leaving")  # nothing, leaving, away, sent, refused, unknown
    tried_at: Mapped[datetime] = mapped_column(default=clock.now)
