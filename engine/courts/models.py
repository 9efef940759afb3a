"""What we know of a court: how to reach its system, which regime it refers under; and applications for confirmation."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine import clock
from engine.access.models import Body, User
from engine.db import Revised, db
from engine.encryption.columns import EncryptedText


class CourtProfile(Revised, db.Model):
    """A court's level, its callback address and secret, and whether it keeps to one regime."""

    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id), primary_key=True)
    level: Mapped[str] = mapped_column(String(16), default="basic")  # basic, intermediate, high, supreme
    regime_setting: Mapped[str] = mapped_column(String(1), default="")  # A: before docketing also after 2025; B: docketed only
    callback_url: Mapped[str] = mapped_column(String(500), default="")
    callback_secret: Mapped[str] = mapped_column(  # Standard Webhooks, whsec_…
        EncryptedText("court_profile.callback_secret", 100), default="")
    decides_here: Mapped[bool] = mapped_column(default=False)  # its judges work in our inbox, not in their own system

    designates_by: Mapped[str] = mapped_column(String(8), default="choice")  # choice: parties, then its clerk; rule: the table
    designates_source: Mapped[str] = mapped_column(String(200), default="")  # on what basis the table designates for it

    body: Mapped[Body] = relationship()


class ConfirmationApplication(Revised, db.Model):
    """A joint application for judicial confirmation (CPL 205), and what the court made of it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    court_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    status: Mapped[str] = mapped_column(
        String(16), default="collecting"
    )  # collecting, sent, accepted, confirmed, not_accepted, rejected, withdrawn, deemed_withdrawn, set_aside
    number: Mapped[str] = mapped_column(String(64), default="")  # 案号, e.g. 诉前调确
    judge_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    ground: Mapped[str] = mapped_column(String(24), default="")  # why not: a code of tables/grounds.toml
    reason: Mapped[str] = mapped_column(EncryptedText("confirmation_application.reason"), default="")
    applied_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    receipts: Mapped[dict] = mapped_column(default=dict)  # of a ruling its own system serves: participant's id → day
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class CourtEnding(db.Model):
    """How a court ended a docketed case that was in mediation; a later row replaces an earlier one."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))  # a key of docketed.ENDINGS
    number: Mapped[str] = mapped_column(String(64), default="")  # 案号
    reason: Mapped[str] = mapped_column(EncryptedText("court_ending.reason"), default="")
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    fee: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    decided_at: Mapped[datetime] = mapped_column(default=clock.now)
    in_force_at: Mapped[datetime | None]  # of a mediation letter: when the last party signed for it


class CourtApplication(Revised, db.Model):
    """What a party asks of a court besides confirmation: a payment order, enforcement, a ruling set aside."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))  # payment_order, enforcement, objection, docketing
    court_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    applicant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))  # None: somebody outside the case
    debtor_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))  # of a payment order, of enforcement
    status: Mapped[str] = mapped_column(String(16), default="filed")  # filed, then what the court made of it
    number: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(EncryptedText("court_application.reason"), default="")
    filed_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]


class RulingObjection(Revised, db.Model):
    """Somebody objects to a ruling that confirmed an agreement (CPL-Interp 372): who, why, when it came, whether in time.

    An interested person's objection names the ruling only by its number: it belongs to no case until the court has opened it.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    court_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("court_application.id"))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))  # of a party
    ruling_number: Mapped[str] = mapped_column(String(64), default="")  # 案号 as the objector wrote it
    capacity: Mapped[str] = mapped_column(String(16))  # party, interested
    channel: Mapped[str] = mapped_column(String(16))  # case: a party's page; web: the public page; paper; api
    receipt_code: Mapped[str] = mapped_column(String(20), unique=True)  # what an outsider asks with

    name: Mapped[str] = mapped_column(EncryptedText("ruling_objection.name", 200))
    kind: Mapped[str] = mapped_column(String(16), default="natural")  # natural, legal
    id_type: Mapped[str] = mapped_column(String(32), default="")
    id_number: Mapped[str] = mapped_column(EncryptedText("ruling_objection.id_number", 64), default="")
    phone: Mapped[str] = mapped_column(EncryptedText("ruling_objection.phone", 32), default="")
    address: Mapped[str] = mapped_column(EncryptedText("ruling_objection.address", 300), default="")
    agrees: Mapped[bool] = mapped_column(default=False)  # to read the ruling on it on its page (电子送达)
    # which right of theirs the ruling harms
    interest: Mapped[str] = mapped_column(EncryptedText("ruling_objection.interest"), default="")
    reason: Mapped[str] = mapped_column(EncryptedText("ruling_objection.reason"))
    files: Mapped[list] = mapped_column(default=list)  # [{sha256, name, media_type, size}] until they lie on a shelf

    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    posted_on: Mapped[date | None]  # given to the post: its way does not count (CPL 85)
    knew_on: Mapped[date | None]  # an interested person: knew or should have known
    term: Mapped[str] = mapped_column(String(16), default="")  # T18, T18b
    starts_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    explanation: Mapped[dict] = mapped_column(default=dict)
    counted_in_time: Mapped[bool | None]
    in_time: Mapped[bool | None]  # the count, or what a clerk put in its place
    overruled_by: Mapped[str] = mapped_column(String(200), default="")
    overruled_reason: Mapped[str] = mapped_column(EncryptedText("ruling_objection.overruled_reason"), default="")

    status: Mapped[str] = mapped_column(String(16), default="filed")  # filed, opened, declined, late, upheld, changed, rejected
    court_reason: Mapped[str] = mapped_column(EncryptedText("ruling_objection.court_reason"), default="")
    opened_by: Mapped[str] = mapped_column(String(200), default="")
    opened_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))  # the ruling on it
    read_at: Mapped[datetime | None]  # an outsider fetched the ruling


class NotarialDeed(Revised, db.Model):
    """A notarised enforceable deed on the agreement (公证法 37), and the notary's execution certificate if it came to that."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    notary: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(100))
    dated_on: Mapped[date]
    certificate_number: Mapped[str] = mapped_column(String(100), default="")
    certificate_on: Mapped[date | None]
    noted_by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class WallOpening(Revised, db.Model):
    """Somebody of the court asked to read the minutes of a mediation, or was allowed to for a day (Online-Mediation 23)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    court_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    reason: Mapped[str] = mapped_column(EncryptedText("wall_opening.reason"))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    answered_at: Mapped[datetime | None]
    is_allowed: Mapped[bool] = mapped_column(default=False)
    until: Mapped[datetime]  # for the answer, and once allowed for the reading

    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
    answered_by: Mapped[User | None] = relationship(foreign_keys=answered_by_id)

    @property
    def is_asked(self) -> bool:
        return self.answered_at is None and self.until > clock.now()

    @property
    def is_open(self) -> bool:
        return self.is_allowed and self.until > clock.now()
