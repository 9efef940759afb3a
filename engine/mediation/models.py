"""Mediators, consents, sessions with their minutes, and the agreement."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine import clock
from engine.access.models import Body, Participant, Scoped, User
from engine.db import Revised, db
from engine.encryption.columns import EncryptedJson, EncryptedText


class OrganisationProfile(Revised, db.Model):
    """What a mediation organisation takes on: sectors, regions, courts that invited it, fee."""

    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id), primary_key=True)
    sectors: Mapped[list] = mapped_column(default=list)
    regions: Mapped[list] = mapped_column(default=list)  # prefixes of region codes
    invited_by: Mapped[list] = mapped_column(default=list)  # court codes
    fee: Mapped[str] = mapped_column(String(100), default="免费")
    mediation_days: Mapped[int | None]  # the mediation term of its published rules, for its own intake; None: the default
    mediation_rules: Mapped[str] = mapped_column(String(200), default="")  # which rules, for who asks
    mediation_since: Mapped[date | None]  # holds for cases accepted from this day on
    kind: Mapped[str] = mapped_column(String(16), default="invited")  # engine/mediation/tables/effect.toml
    assigns_by_lot: Mapped[bool] = mapped_column(default=False)  # else a coordinator chooses the mediator
    quality_check: Mapped[bool] = mapped_column(default=False)  # its office checks an agreement before anybody signs
    register_no: Mapped[str] = mapped_column(String(64), default="")  # on the courts' register of organisations (特邀调解名册)

    body: Mapped[Body] = relationship()


class MediatorProfile(Revised, db.Model):
    """A mediator on an organisation's register."""

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    specialities: Mapped[list] = mapped_column(default=list)  # sectors or categories
    languages: Mapped[list] = mapped_column(default=list)
    load_limit: Mapped[int] = mapped_column(default=30)
    courts: Mapped[list] = mapped_column(default=list)  # codes of the courts on whose list they are; none: as the organisation is
    struck_off: Mapped[list] = mapped_column(default=list)  # codes of courts that want them in none of their cases
    former_employers: Mapped[list] = mapped_column(default=list)  # body codes: a conflict of interest
    register_no: Mapped[str] = mapped_column(String(64), default="")  # on the courts' register of mediators
    is_active: Mapped[bool] = mapped_column(default=True)

    user: Mapped[User] = relationship()


class Reinstatement(Revised, db.Model):
    """Somebody asked that a mediator gets back a place they lost: on a court's register, or in the organisation (no court)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    court_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id), index=True)
    reason: Mapped[str] = mapped_column(EncryptedText("reinstatement.reason"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    is_granted: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[str] = mapped_column(EncryptedText("reinstatement.decision"), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=user_id)
    court: Mapped[Body | None] = relationship(foreign_keys=court_id)
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)


class Drawn:
    """Mix-in for draws: what it takes to do one again, and the hash of all that is kept of it."""

    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))  # whose rules
    decision: Mapped[str] = mapped_column(String(64))
    rules_sha256: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(8))
    candidates: Mapped[list]
    rated: Mapped[list]
    weights: Mapped[list]
    seed: Mapped[str] = mapped_column(String(32))
    lot: Mapped[int]
    winner_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class AssignmentDraw(Drawn, db.Model):
    """A mediator was drawn by lot: everything it takes to do it again (engine/mediation/draws.py). Append only."""

    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    number: Mapped[int]
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    declined: Mapped[list]


class Consent(db.Model):
    """A participant agreed or refused, to something said exactly, at a time, by a channel."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    subject: Mapped[str] = mapped_column(String(32))  # mediation, e_service, recording, extension, confirmation, ...
    is_given: Mapped[bool]
    reason: Mapped[str] = mapped_column(EncryptedText("consent.reason"), default="")
    reason_code: Mapped[str] = mapped_column(String(16), default="")  # why an institution does not take part
    channel: Mapped[str] = mapped_column(String(16), default="link")  # link, staff, api, court
    recorded_by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    detail: Mapped[dict] = mapped_column(default=dict)


class SessionStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    ENDED = "ended"
    CANCELLED = "cancelled"


class MediationSession(Revised, db.Model):
    """One meeting of a case, in the room or on site."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    room: Mapped[str] = mapped_column(String(32), unique=True)  # unguessable
    mode: Mapped[str] = mapped_column(String(16), default="video")  # video, separate, on_site, telephone
    place: Mapped[str] = mapped_column(String(300), default="")  # of a meeting on line: where to go without equipment
    planned_at: Mapped[datetime]
    open_until: Mapped[datetime | None]  # of separate times: until when each side may come
    status: Mapped[str] = mapped_column(String(16), default=SessionStatus.PLANNED)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    minutes: Mapped[str] = mapped_column(EncryptedText("mediation_session.minutes"), default="")
    minutes_frozen_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(String(32), default="")
    # who came unexpected, where no room saw it: [{name, role, identity}]
    others: Mapped[list | None] = mapped_column(EncryptedJson("mediation_session.others"))

    attendances: Mapped[list["Attendance"]] = relationship(order_by="Attendance.id")

    @property
    def is_online(self) -> bool:
        """Does it take place in the room: all at one time, or each side at a time of its own?"""
        return self.mode in ("video", "separate")

    @property
    def venue(self) -> str:
        """Where everybody meets, when it is not on line."""
        return "" if self.is_online else self.place


class Attendance(Revised, db.Model):
    """A participant in a session: asked to come in, admitted, left; confirmed the minutes."""

    __table_args__ = (UniqueConstraint("session_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(MediationSession.id), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    state: Mapped[str] = mapped_column(String(16), default="expected")  # expected, waiting, admitted, left, refused
    seen_at: Mapped[datetime | None]
    admitted_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    came: Mapped[str] = mapped_column(String(8), default="")  # elsewhere than in the room: present, partly, absent
    identity: Mapped[str] = mapped_column(String(16), default="")  # how they were identified there
    minutes_answer: Mapped[str] = mapped_column(String(16), default="")  # confirmed, objected
    minutes_remark: Mapped[str] = mapped_column(EncryptedText("attendance.minutes_remark"), default="")
    minutes_answered_at: Mapped[datetime | None]

    participant: Mapped[Participant] = relationship()


class RoomSignal(db.Model):
    """A signalling message between two seats of a room, kept until read."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(MediationSession.id), index=True)
    sender: Mapped[int]  # attendance id
    recipient: Mapped[int | None]  # None: everybody admitted
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict]
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class Agreement(Scoped, Revised, db.Model):
    """A version of the agreement: structured terms, its text, its frozen document, when it took effect."""

    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=1)
    scope: Mapped[str] = mapped_column(String(16), default="full")  # full, partial
    # [{kind: payment|other, debtor, creditor, amount, due_on, instalments, method, account, text}]
    terms: Mapped[list] = mapped_column(EncryptedJson("agreement.terms"))
    facts: Mapped[str] = mapped_column(EncryptedText("agreement.facts"), default="")
    remainder: Mapped[str] = mapped_column(EncryptedText("agreement.remainder"), default="")  # partial: what stays in dispute
    default_clause: Mapped[str] = mapped_column(EncryptedText("agreement.default_clause"), default="")
    final_clause: Mapped[str] = mapped_column(EncryptedText("agreement.final_clause"), default="")
    costs: Mapped[str] = mapped_column(EncryptedText("agreement.costs"), default="")
    security: Mapped[str] = mapped_column(EncryptedText("agreement.security"), default="")
    responsibility: Mapped[str] = mapped_column(EncryptedText("agreement.responsibility"), default="")  # 各方责任认定
    checks: Mapped[list] = mapped_column(default=list)  # the checklist as it was shown to whoever signs
    effect: Mapped[str] = mapped_column(String(16), default="online")  # which rule says when it takes effect
    status: Mapped[str] = mapped_column(String(16), default="draft")  # draft, frozen, effective, void
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    frozen_sha256: Mapped[str] = mapped_column(String(64), default="")
    effective_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class PaperSignature(Revised, db.Model):
    """A party signed the print of an agreement by hand: when, where, how, before whom, and who compared the scan.

    Seen through the scan, whose audience decides; no row of the case's file itself.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey(Agreement.id), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id))
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"))  # what certifies it in the electronic document
    agent_id: Mapped[int | None] = mapped_column(ForeignKey(Participant.id))  # who signed for the party; None: the party itself
    signed_at: Mapped[datetime]  # on the paper
    place: Mapped[str] = mapped_column(String(200))
    manner: Mapped[str] = mapped_column(String(16))  # signature, seal, fingerprint
    # which paper of identity was seen, and how
    identity: Mapped[str] = mapped_column(EncryptedText("paper_signature.identity", 200))
    witness: Mapped[str] = mapped_column(String(200))
    taken_by: Mapped[str] = mapped_column(String(200))
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    status: Mapped[str] = mapped_column(String(16), default="taken")  # taken, confirmed, returned
    checked_by: Mapped[str] = mapped_column(String(200), default="")
    checked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(EncryptedText("paper_signature.reason"), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    agent: Mapped[Participant | None] = relationship(foreign_keys=[agent_id])


class ClauseQuestion(Scoped, Revised, db.Model):
    """What a party asked about a clause of a draft, and what the mediator answered."""

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey(Agreement.id), index=True)
    clause: Mapped[str] = mapped_column(String(32))  # term-1 …, default_clause, …
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id))
    text: Mapped[str] = mapped_column(EncryptedText("clause_question.text"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answer: Mapped[str] = mapped_column(EncryptedText("clause_question.answer"), default="")
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime | None]


class ClaimReply(Scoped, db.Model):
    """What a party says to one claim of the case. Never changed: its newest counts, the earlier ones stay."""

    id: Mapped[int] = mapped_column(primary_key=True)
    claim: Mapped[int]  # from 1, in the order of the case's claims
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    stance: Mapped[str] = mapped_column(String(16))  # admitted, partly, denied, checking
    admitted: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))  # partly: the sum that is admitted
    text: Mapped[str] = mapped_column(EncryptedText("claim_reply.text"), default="")
    recorded_by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)


class ClaimEvidence(Scoped, Revised, db.Model):
    """A document stands for or against a claim: what it proves, in one party's words. Seen by whoever also sees the document."""

    __table_args__ = (UniqueConstraint("claim", "document_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim: Mapped[int]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    proves: Mapped[str] = mapped_column(EncryptedText("claim_evidence.proves"), default="")
    recorded_by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Obligation(Scoped, Revised, db.Model):
    """One thing that is due on one day under the agreement in effect, and how far it has been performed."""

    __table_args__ = (UniqueConstraint("agreement_id", "term", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey(Agreement.id), index=True)
    term: Mapped[int]  # the clause, from 1
    part: Mapped[int] = mapped_column(default=0)  # the instalment, from 1; 0 when it is due at once
    kind: Mapped[str] = mapped_column(String(16))  # payment, other
    debtor_id: Mapped[int] = mapped_column(ForeignKey(Participant.id))
    creditor_id: Mapped[int] = mapped_column(ForeignKey(Participant.id))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    text: Mapped[str] = mapped_column(EncryptedText("obligation.text"), default="")
    due_on: Mapped[date | None]
    paid: Mapped[Decimal] = mapped_column(Numeric(16, 2), default=Decimal(0))
    status: Mapped[str] = mapped_column(String(16), default="pending")  # pending, claimed, partly, performed, defaulted
    performed_on: Mapped[date | None]

    debtor: Mapped[Participant] = relationship(foreign_keys=debtor_id)
    creditor: Mapped[Participant] = relationship(foreign_keys=creditor_id)
    receipts: Mapped[list["Receipt"]] = relationship(order_by="Receipt.id")

    @property
    def remaining(self) -> Decimal:
        """What is still to be paid."""
        return max((self.amount or Decimal(0)) - self.paid, Decimal(0))


class Receipt(db.Model):
    """What somebody said about an obligation: performed, received, not received, looked into, in default. Never changed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey(Obligation.id), index=True)
    event: Mapped[str] = mapped_column(String(16))  # reported, received, not_received, verified, defaulted, excess
    amount: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))
    on_day: Mapped[date | None]
    by: Mapped[str] = mapped_column(String(200), default="")
    remark: Mapped[str] = mapped_column(EncryptedText("receipt.remark"), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
