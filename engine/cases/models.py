"""The register: what came in, the case it became, how it was closed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from engine import clock
from engine.access.models import Body, Participant, Scoped, User
from engine.cases import listed
from engine.db import Revised, db
from engine.encryption import blind
from engine.encryption.columns import EncryptedJson, EncryptedText

TO_ARCHIVE = text("closed_at IS NOT NULL AND archived_at IS NULL")


class Case(Revised, db.Model):
    """Our register entry for one dispute."""

    __table_args__ = (  # numbers are looked up by how they begin (engine/inbox/lists/finding.py)
        Index("ix_case_stage_received_at", "stage", "received_at"), Index("ix_case_institution", "institution_id", "id"),
        # whose a case is, for one case after another, without a look at its row (engine/access/policy.py)
        Index("ix_case_reach", "id", "organisation_id", "court_id", "institution_id", "mediator_id"),
        Index("ix_case_amount", "amount", "id"), Index("ix_case_category", "category", "id"),
        Index("ix_case_region", "region", "id"), Index("ix_case_judge", "court_judge", "id"),
        Index("ix_case_filed_on", "filed_on", "id"), Index("ix_case_docketed_on", "docketed_on", "id"),
        Index("ix_case_to_archive", "closed_at", postgresql_where=TO_ARCHIVE, sqlite_where=TO_ARCHIVE),
        *(Index(f"ix_case_{name}", name, postgresql_ops={name: "varchar_pattern_ops"})
          for name in ("number", "organisation_number", "court_number")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)  # platform number, never changes
    organisation_number: Mapped[str] = mapped_column(String(64), default="")  # gap-free, on acceptance
    court_number: Mapped[str] = mapped_column(String(64), default="")  # 案号 of the referring court
    regime: Mapped[str] = mapped_column(String(1))  # A, B, C
    channel: Mapped[str] = mapped_column(String(16))  # court, party, institution
    title: Mapped[str] = mapped_column(String(300))

    stage: Mapped[str] = mapped_column(String(16), default="received")
    outcome: Mapped[str] = mapped_column(String(3), default="", index=True)  # O01 … O22
    confirmation: Mapped[str] = mapped_column(String(16), default="")  # none, applied, accepted, confirmed, ...

    court_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id), index=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id))
    mediator_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)

    cause_code: Mapped[str] = mapped_column(String(16), index=True)
    cause: Mapped[str] = mapped_column(String(100), index=True)
    cause_list: Mapped[str] = mapped_column(String(8))  # "2020", "2026"
    category: Mapped[str] = mapped_column(String(32), default="")
    claimant: Mapped[str] = mapped_column(String(16), default="consumer")  # consumer, business, institution
    sector: Mapped[str] = mapped_column(String(16), default="")  # banking, insurance, traffic
    region: Mapped[str] = mapped_column(String(6), default="")
    amount: Mapped[Decimal] = mapped_column(Numeric(16, 2), default=Decimal(0))
    settled_amount: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))
    claims: Mapped[list] = mapped_column(EncryptedJson("case.claims"))  # [{type, text, text_en?, amount}]
    statement: Mapped[str] = mapped_column(EncryptedText("case.statement"), default="")  # facts and reasons
    details: Mapped[dict] = mapped_column(EncryptedJson("case.details"), default=dict)  # intake fields by kind of dispute

    filed_on: Mapped[date | None]  # when the complaint reached the court
    docketed_on: Mapped[date | None]  # regime B: when the court docketed it
    procedure: Mapped[str] = mapped_column(String(16), default="")  # regime B: ordinary, simplified
    court_judge: Mapped[str] = mapped_column(String(100), default="")  # regime B: the judge of the docketed case
    during_trial: Mapped[bool] = mapped_column(default=False)  # regime B: entrusted by the trial judge (诉讼中委托)
    received_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(index=True)
    concluded_at: Mapped[datetime | None] = mapped_column(index=True)  # mediation ended
    closed_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]  # from then on it is only read (engine/cases/archive.py)
    taken_out_at: Mapped[datetime | None]  # of the archive, for the last time

    court: Mapped[Body | None] = relationship(foreign_keys=court_id)
    organisation: Mapped[Body | None] = relationship(foreign_keys=organisation_id)
    institution: Mapped[Body | None] = relationship(foreign_keys=institution_id)
    mediator: Mapped[User | None] = relationship()
    participants: Mapped[list[Participant]] = relationship(order_by="Participant.side, Participant.position, Participant.id")
    answers: Mapped[list[listed.CaseAnswer]] = relationship(cascade="all, delete-orphan")  # of its details: for lists

    @validates("details")
    def _listed(self, name: str, value: dict) -> dict:
        listed.follow(self.answers, value)
        return value

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class Referral(db.Model):
    """What a court sent us, or a party asked of us: kept as it came."""

    __table_args__ = (UniqueConstraint("sender_id", "external_ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id), unique=True)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id))  # None: a person's own application
    external_ref: Mapped[str] = mapped_column(String(100))
    channel: Mapped[str] = mapped_column(String(16))  # api, batch, web, cli, counter, telephone
    recorded_by: Mapped[str] = mapped_column(String(200), default="")  # who of the staff wrote it down
    # how it was taken down: whose identity was checked how, where the consents come from, that it was read back
    proof: Mapped[dict | None] = mapped_column(EncryptedJson("referral.proof"))
    body: Mapped[dict] = mapped_column(EncryptedJson("referral.body"))
    body_hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(default=clock.now)


class ApplicationDraft(Revised, db.Model):
    """An application before it is handed in. A person fills it in on the public page, behind a secret link, proven by a code;
    or somebody of the staff writes it down (`user_id`, for `body_id`): of a person who comes or calls, or of their institution.

    Once it is handed in only the case remains; what nobody finished is deleted.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    phone: Mapped[str] = mapped_column(EncryptedText("application_draft.phone", 32))
    phone_blind: Mapped[str] = mapped_column(String(32), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    code_until: Mapped[datetime | None]
    codes_sent: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    proven_at: Mapped[datetime | None]
    told: Mapped[dict] = mapped_column(EncryptedJson("application_draft.told"), default=dict)  # step → answers found good
    # step → answers kept to go on later
    unfinished: Mapped[dict] = mapped_column(EncryptedJson("application_draft.unfinished"), default=dict)
    files: Mapped[list] = mapped_column(default=list)  # [{name, media_type, sha256, size}]
    kind: Mapped[str] = mapped_column(String(16), default="own")  # own, counter, institution
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id))
    case_id: Mapped[int | None] = mapped_column(ForeignKey(Case.id), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]

    @validates("phone")
    def _indexed(self, name: str, value: str) -> str:
        self.phone_blind = blind.phone(value)
        return value


class Closing(db.Model):
    """How a case ended: code, reason, who decided, what was handed over."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id), unique=True)
    outcome: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(EncryptedText("closing.reason"), default="")
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    handed_over: Mapped[list] = mapped_column(default=list)  # what went to the court: name, form, pages


class CaseLink(db.Model):
    """A case goes on in another one: transferred to another organisation, or merged into a case that was there already."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id), index=True)
    number: Mapped[str] = mapped_column(String(64), default="")
    other_id: Mapped[int] = mapped_column(ForeignKey(Case.id), index=True)
    other_number: Mapped[str] = mapped_column(String(64), default="")
    kind: Mapped[str] = mapped_column(String(16))  # transferred, merged
    reason: Mapped[str] = mapped_column(EncryptedText("case_link.reason"), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)


class PowerOfAttorney(Revised, db.Model):
    """What a party entrusts to an agent (授权委托书): never changed; a later one, or an end, takes its place.

    Who the agent is and what proves it: CPL-Interp 88; what needs special authority: CPL 62.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id), index=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # lawyer, legal_worker, relative, employee, recommended
    # licence and firm's letter, kinship, employment, recommendation
    proof: Mapped[dict] = mapped_column(EncryptedJson("power_of_attorney.proof"), default=dict)
    matter: Mapped[str] = mapped_column(String(300))  # 委托事项
    matters: Mapped[list] = mapped_column(default=list)  # given specially: admit, waive, change, settle, counterclaim, appeal
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # None: to the end of the case
    papers: Mapped[list] = mapped_column(default=list)  # ids of the documents handed in with it

    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(200), default="")
    ended_reason: Mapped[str] = mapped_column(EncryptedText("power_of_attorney.ended_reason"), default="")

    def holds_on(self, day: date) -> bool:
        """Is the power in force on this day?"""
        return self.ended_at is None and self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class AuthorityLimit(Revised, db.Model):
    """A version of an institution's standing authority: who may settle for it up to which sums, or approve what is above.

    Never changed; a later version of the same holder takes its place, or it is revoked.
    """

    __table_args__ = (UniqueConstraint("institution_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    version: Mapped[int] = mapped_column(default=1)
    holder: Mapped[str] = mapped_column(String(16))  # handler, agent (by power of attorney), approver
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))  # None: everybody of this kind
    level: Mapped[int] = mapped_column(default=0)  # 0: settles; from 1: the rung of the ladder of approvers
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))  # decides when the approver is silent
    categories: Mapped[list] = mapped_column(default=list)  # kinds of dispute; none: all
    concession: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))  # what the institution pays or waives; None: any sum
    total: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))  # all that the agreement moves; None: any sum
    duties: Mapped[bool] = mapped_column(default=False)  # also duties of the institution other than payment
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    reference: Mapped[str] = mapped_column(String(200), default="")  # the internal paper it rests on

    created_by: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(200), default="")
    revoked_reason: Mapped[str] = mapped_column(EncryptedText("authority_limit.revoked_reason"), default="")

    user: Mapped[User | None] = relationship(foreign_keys=user_id)
    substitute: Mapped[User | None] = relationship(foreign_keys=substitute_id)

    def holds_on(self, day: date) -> bool:
        """Is this version in force on a day?"""
        return self.revoked_at is None and self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class AuthorityRequest(Revised, db.Model):
    """Somebody would settle above their limit: what it costs the institution, who is asked, what each approver said.

    Internal to the institution: no row of the case's file, seen by nobody outside. It has no audience on purpose.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id))  # the institution as a party
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    act: Mapped[str] = mapped_column(String(16))  # offer, accept, sign, consent, pay
    concession: Mapped[Decimal] = mapped_column(Numeric(16, 2))
    total: Mapped[Decimal] = mapped_column(Numeric(16, 2))
    duties: Mapped[int] = mapped_column(default=0)  # how many duties other than payment
    foreign: Mapped[bool] = mapped_column("foreign_money", default=False)  # sums in another currency
    remark: Mapped[str] = mapped_column(EncryptedText("authority_request.remark"), default="")

    status: Mapped[str] = mapped_column(String(16), default="asked")  # asked, approved, refused, lapsed, ended
    level: Mapped[int] = mapped_column(default=0)  # the rung that has it
    approver_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decisions: Mapped[list] = mapped_column(  # [{level, who, answer, reason, at}]
        EncryptedJson("authority_request.decisions"), default=list)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]

    approver: Mapped[User | None] = relationship(foreign_keys=approver_id)


class Numbering(db.Model):
    """The last number given out in a gap-free series."""

    series: Mapped[str] = mapped_column(String(100), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Note(Scoped, db.Model):
    """Something written down about a case: a call note, a remark, a caucus note (audience of one side)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(EncryptedText("note.text"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
