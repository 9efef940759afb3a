"""What special tracks keep: a proposal with each party's service and answer."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine import clock
from engine.access.models import Body, Participant, Scoped, User
from engine.db import Revised, db
from engine.encryption.columns import EncryptedJson, EncryptedText


class Proposal(Scoped, Revised, db.Model):
    """A mediator's written solution that binds nobody by itself: what it says, on which paper, and what became of it."""

    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(16))  # no_objection, small_dispute
    terms: Mapped[list] = mapped_column(EncryptedJson("proposal.terms"))  # as an agreement's
    facts: Mapped[str] = mapped_column(EncryptedText("proposal.facts"), default="")
    reasons: Mapped[str] = mapped_column(EncryptedText("proposal.reasons"), default="")
    status: Mapped[str] = mapped_column(String(16), default="open")  # open, agreed, refused, void
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))  # what it became
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"))  # the promise it rests on
    created_by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]

    answers: Mapped[list["ProposalAnswer"]] = relationship(order_by="ProposalAnswer.id")


class ProposalAnswer(Revised, db.Model):
    """One party and a proposal: when and how it was served, until when the party may speak, and what it said."""

    __table_args__ = (UniqueConstraint("proposal_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey(Proposal.id), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    served_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(16))  # electronic, in_person, post, public
    proof: Mapped[str] = mapped_column(EncryptedText("proposal_answer.proof"), default="")
    until: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(16), default="")  # accept, object, silent
    text: Mapped[str] = mapped_column(EncryptedText("proposal_answer.text"), default="")
    answered_at: Mapped[datetime | None]

    participant: Mapped[Participant] = relationship()


class FactsRecord(Scoped, Revised, db.Model):
    """Facts that all parties confirm in writing as undisputed: the one thing of a mediation that may be used later."""

    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list] = mapped_column(EncryptedJson("facts_record.items"))  # [{text, source, claim}]
    status: Mapped[str] = mapped_column(String(16), default="frozen")  # frozen, signed, void
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    frozen_sha256: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    signed_at: Mapped[datetime | None]


class Commitment(Revised, db.Model):
    """A version of an institution's promise to accept opinions on small disputes: up to how much, in what, how long."""

    __table_args__ = (UniqueConstraint("institution_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    version: Mapped[int] = mapped_column(default=1)
    limit: Mapped[Decimal] = mapped_column("limit_amount", Numeric(16, 2))
    categories: Mapped[list]  # the kinds of dispute it covers
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    signatory: Mapped[str] = mapped_column(String(200))  # name and post of who signed for the institution
    reference: Mapped[str] = mapped_column(String(200), default="")  # number or name of the memorandum
    created_by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(200), default="")
    revoked_reason: Mapped[str] = mapped_column(Text, default="")

    institution: Mapped[Body] = relationship()


class Advance(Scoped, Revised, db.Model):
    """A payment before it is settled who owes what: no admission, deducted from the final sum, perhaps recovered from others."""

    id: Mapped[int] = mapped_column(primary_key=True)
    payer_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey(Participant.id))
    amount: Mapped[Decimal] = mapped_column(Numeric(16, 2))
    basis: Mapped[str] = mapped_column(String(32))  # a row of tables/advances.toml
    status: Mapped[str] = mapped_column(String(16), default="offered")  # offered, agreed, declined, paid, received, missing
    agreed_at: Mapped[datetime | None]  # when the payer agreed, an institution within its authority: before it pays
    paid_on: Mapped[date | None]
    voucher: Mapped[str] = mapped_column(String(200), default="")
    received_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(200), default="")  # the payee, or who verified it
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))  # the receipt
    recover_from: Mapped[str] = mapped_column(String(300), default="")  # who may have to bear it in the end
    recoveries: Mapped[list] = mapped_column(default=list)  # [{on, amount, from, note, by, at}]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    payer: Mapped[Participant] = relationship(foreign_keys=payer_id)
    payee: Mapped[Participant] = relationship(foreign_keys=payee_id)

    @property
    def recovered(self) -> Decimal:
        """What has come back so far."""
        return sum((Decimal(one["amount"]) for one in self.recoveries), Decimal(0))


class CaseGroup(Revised, db.Model):
    """Cases with common issues: one of them goes first as the model; the rest wait only as far as their own parties agree."""

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    name: Mapped[str] = mapped_column(String(200))
    issues: Mapped[str] = mapped_column(Text)  # the common questions of fact and law
    model_case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    result: Mapped[str] = mapped_column(Text, default="")  # what came of the model case, as the others are told
    offer: Mapped[dict] = mapped_column(default=dict)  # {debtor, percent, due_days, method, text}: worked out for each case
    result_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    members: Mapped[list["GroupMember"]] = relationship(order_by="GroupMember.id")


class GroupMember(Revised, db.Model):
    """A case in a group: where it stands, and whether its parties have been told of the result."""

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey(CaseGroup.id), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16), default="added")  # added, waiting, unwilling, offered, agreed, refused
    told_at: Mapped[datetime | None]
    added_by: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime] = mapped_column(default=clock.now)


class Evaluator(Revised, db.Model):
    """Somebody on the roster of neutral evaluators: what they know, and whether they are asked at present."""

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    fields: Mapped[str] = mapped_column(String(300), default="")
    is_active: Mapped[bool] = mapped_column(default=True)

    user: Mapped[User] = relationship()


class Evaluation(Scoped, Revised, db.Model):
    """A neutral evaluation of a case: confidential, binding nobody; who gives it never mediates the same dispute."""

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluator_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    questions: Mapped[str] = mapped_column(EncryptedText("evaluation.questions"))
    status: Mapped[str] = mapped_column(String(16), default="asked")  # asked, declared, conflicted, given, lapsed
    declared_at: Mapped[datetime | None]
    disclosed: Mapped[str] = mapped_column(EncryptedText("evaluation.disclosed"), default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    evaluator: Mapped[User] = relationship()
