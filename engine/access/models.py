"""Who there is: bodies, users with their roles, parties of a case, API clients, and the links parties come by."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, Text, UniqueConstraint, and_, bindparam, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, validates

from engine import clock
from engine.db import Revised, db
from engine.encryption import blind
from engine.encryption.columns import EncryptedJson, EncryptedText


class BodyKind(StrEnum):
    COURT = "court"
    ORGANISATION = "organisation"
    INSTITUTION = "institution"
    REGULATOR = "regulator"
    PLATFORM = "platform"


class Body(Revised, db.Model):
    """A court, mediation organisation, institution or regulator: whose staff somebody is, whose case it is."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)  # court: 法院代字; others: their short code
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    credit_code: Mapped[str] = mapped_column(String(18), default="")  # 统一社会信用代码
    region: Mapped[str] = mapped_column(String(6), default="")  # 行政区划代码
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    is_active: Mapped[bool] = mapped_column(default=True)


class User(Revised, db.Model):
    """Somebody with an account: staff of a body, or a consumer who signed in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    body_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id), index=True)
    language: Mapped[str] = mapped_column(String(8), default="zh")
    has_keys: Mapped[bool] = mapped_column(default=True)  # single letters act on the staff's pages
    keys: Mapped[dict] = mapped_column(default=dict)  # those that are elsewhere for this person, or off
    start_page: Mapped[str] = mapped_column(String(32), default="")  # where they begin; "": as their role does
    mail: Mapped[str] = mapped_column(EncryptedText("user.mail", 200), default="")  # where they want to be written to
    term_mail: Mapped[str] = mapped_column(String(8), default="")  # daily, never; "": as the setting says
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    second_factor: Mapped[str] = mapped_column(String(200), default="")  # the TOTP secret, encrypted
    second_factor_since: Mapped[datetime | None]  # None: none, or not yet confirmed
    second_factor_step: Mapped[int] = mapped_column(BigInteger, default=0)  # the last half minute whose code was used
    recovery_hashes: Mapped[list] = mapped_column(default=list)
    passkeys_since: Mapped[datetime | None]  # when the passkeys were last added to or removed from; None: there are none

    body: Mapped[Body | None] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="user", lazy="selectin")

    @property
    def has_second_factor(self) -> bool:
        """Does the password alone not open the account?"""
        return self.second_factor_since is not None or self.passkeys_since is not None


class Role(StrEnum):
    """The roles of DOMAIN §5.1, as lanes and grants name them."""

    COORDINATOR = "coordinator"  # 调解组织管理员
    MEDIATOR = "mediator"  # 调解员
    CLERK = "clerk"  # 法院立案人员、书记员、对接专员
    JUDGE = "judge"  # 法官
    COURT_PRESIDENT = "court_president"  # 院长: approves more time, sees to overdue rulings
    INSTITUTION_HANDLER = "institution_handler"  # 机构经办
    INSTITUTION_APPROVER = "institution_approver"  # 机构审批人: approves what is above a handler's limit
    INSTITUTION_ADMIN = "institution_admin"  # 机构授权管理员: keeps its limits, says who handles what; reads no case
    CONSUMER = "consumer"
    DESIGNER = "designer"
    APPROVER = "approver"
    ADMIN = "admin"  # 系统管理员: repairs, no case content
    REGULATOR = "regulator"
    AUDITOR = "auditor"


def holds_today(valid_from: date | None, valid_until: date | None) -> bool:
    """Is today (in Shanghai) one of these days? None: since ever, for good."""
    today = clock.today()
    return (valid_from is None or valid_from <= today) and (valid_until is None or valid_until >= today)


class RoleGrant(db.Model):
    """A user has a role, at a body when the role belongs to one."""

    __table_args__ = (UniqueConstraint("user_id", "role", "body_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    role: Mapped[str] = mapped_column(String(32), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id))
    granted_at: Mapped[datetime] = mapped_column(default=clock.now)
    valid_from: Mapped[date | None]  # the days it holds, both included; None: since ever, for good
    valid_until: Mapped[date | None]

    user: Mapped[User] = relationship(back_populates="grants")

    @hybrid_property
    def is_in_force(self) -> bool:
        """Does it hold today (in Shanghai)?"""
        return holds_today(self.valid_from, self.valid_until)

    @is_in_force.inplace.expression
    @classmethod
    def _is_in_force(cls):
        today = bindparam(None, type_=Date, callable_=lambda: clock.today())  # when it is asked, not when it was made
        has_begun = or_(cls.valid_from.is_(None), cls.valid_from <= today)
        return and_(has_begun, or_(cls.valid_until.is_(None), cls.valid_until >= today))


class Side(StrEnum):
    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    THIRD = "third"
    NEUTRAL = "neutral"  # the mediator


class Participant(Revised, db.Model):
    """Somebody in a case in a certain role, on a certain side."""

    __table_args__ = (  # names are looked up by how they begin (engine/inbox/lists/finding.py)
        Index("ix_participant_name", "name", "case_id", postgresql_ops={"name": "varchar_pattern_ops"}),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    side: Mapped[str] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(16), default="party")  # party, agent, handler, mediator
    position: Mapped[int] = mapped_column(default=0)  # order within the side
    kind: Mapped[str] = mapped_column(String(16), default="natural")  # natural, legal
    name: Mapped[str] = mapped_column(String(200))
    id_type: Mapped[str] = mapped_column(String(32), default="")  # resident_id, credit_code, passport, ...
    id_number: Mapped[str] = mapped_column(EncryptedText("participant.id_number", 64), default="")
    id_number_blind: Mapped[str] = mapped_column(String(32), default="", index=True)
    phone: Mapped[str] = mapped_column(EncryptedText("participant.phone", 32), default="")
    phone_blind: Mapped[str] = mapped_column(String(32), default="", index=True)
    email: Mapped[str] = mapped_column(EncryptedText("participant.email", 200), default="")
    address: Mapped[str] = mapped_column(EncryptedText("participant.address", 300), default="")
    domicile: Mapped[str] = mapped_column(String(6), default="")  # 行政区划代码 of 住所地, as told; never read off an ID number
    representative: Mapped[str] = mapped_column(EncryptedText("participant.representative", 100), default="")  # 法定代表人
    representative_post: Mapped[str] = mapped_column(EncryptedText("participant.representative_post", 50), default="")  # 职务
    ethnicity: Mapped[str] = mapped_column(EncryptedText("participant.ethnicity", 20), default="")  # 民族, as courts' papers say
    occupation: Mapped[str] = mapped_column(EncryptedText("participant.occupation", 100), default="")  # 职业、工作单位
    represents_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))  # an agent's party
    authority: Mapped[str] = mapped_column(String(16), default="")  # agents: general, special
    language: Mapped[str] = mapped_column(String(8), default="")  # what they speak where that is not Chinese (ISO 639)
    needs: Mapped[list] = mapped_column(EncryptedJson("participant.needs"), default=list)  # help: visual, hearing, elderly, ...
    body_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id), index=True)  # an institution on the platform
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    is_current: Mapped[bool] = mapped_column(default=True)  # a replaced mediator is not

    @validates("id_number", "phone")
    def _indexed(self, name: str, value: str) -> str:
        """What is written is found again by its blind index."""
        setattr(self, f"{name}_blind", blind.INDEXES[name](value or ""))
        return value


class ApiClient(Revised, db.Model):
    """A court's or institution's system: OAuth2 client credentials."""

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    client_id: Mapped[str] = mapped_column(String(64), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(200))
    scopes: Mapped[str] = mapped_column(String(300), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    body: Mapped[Body] = relationship()


class PartyLink(Revised, db.Model):
    """The link in a message: one case, one participant, until it expires. The token itself is not kept, only its hash."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    check_code: Mapped[str] = mapped_column(String(8), index=True)  # 核验码: proves the message is ours
    purpose: Mapped[str] = mapped_column(String(32), default="case")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OneTimeCode(Revised, db.Model):
    """A code sent to a party's telephone: for one purpose, bound to what was shown, a few minutes, a few tries."""

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey(PartyLink.id), index=True)
    purpose: Mapped[str] = mapped_column(String(32))  # enter, sign
    bound_to: Mapped[str] = mapped_column(String(64), default="")  # e.g. the frozen document's hash
    code_hash: Mapped[str] = mapped_column(String(200))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Scoped:
    """The two columns that decide who may see a protected row: its case, and its audience."""

    @declared_attr
    def case_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("case.id"), index=True)

    audience: Mapped[str] = mapped_column(String(24), default="filing")


class SecretView(db.Model):
    """A masked value was revealed: who, whose, why."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)
