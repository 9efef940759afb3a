"""Make the demo world once: places, people, clients of the API; later starts find it and change nothing."""

import base64
import secrets
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from engine.access.models import ApiClient, Body, BodyKind, Role, RoleGrant, User
from engine.cases import causes
from engine.cases.identity import credit_check
from engine.cases.models import AuthorityLimit
from engine.courts.models import CourtProfile
from engine.db import db
from engine.mediation.models import MediatorProfile, OrganisationProfile
from engine.tracks.models import Commitment, Evaluator
from webapp.demo.people import CLIENTS, EVALUATORS, LIMITS, PASSWORD, PEOPLE, PLACES, SCOPES, Person, Place
from webapp.identity import hasher

BY_RULE = "总对总在线诉调对接：平台按分案规则直接指定调解组织"
SMALL_DISPUTE_LIMIT = Decimal("10000.00")


def exists() -> bool:
    """Has the world been made?"""
    return db.session.scalar(select(User.id).where(User.is_demo).limit(1)) is not None


def has_strangers() -> bool:
    """Are there users who are not of the demo?"""
    return db.session.scalar(select(User.id).where(User.is_demo.is_(False)).limit(1)) is not None


def make(callback_url: str) -> dict[str, dict[str, str]]:
    """Write everybody; returns the secrets of the API clients and of the courts' callbacks, shown only now.

    Courts with a system of their own get their callbacks at `callback_url`/<code>; the others read here what is asked of them.
    """
    bodies = {place.code: _place(place, callback_url) for place in PLACES}
    password = hasher.hash(PASSWORD)
    for person in PEOPLE:
        _person(person, bodies, password)
    for code, rows in LIMITS.items():
        _limits(bodies[code], rows)
    told = {}
    for client_id, code in CLIENTS.items():
        secret = secrets.token_urlsafe(32)
        db.session.add(ApiClient(body_id=bodies[code].id, client_id=client_id, secret_hash=hasher.hash(secret), scopes=SCOPES))
        profile = db.session.get(CourtProfile, bodies[code].id)
        told[client_id] = {"secret": secret, "callback_secret": profile.callback_secret if profile else ""}
    db.session.flush()
    return told


def _place(place: Place, callback_url: str) -> Body:
    body = Body(
        kind=place.kind,
        code=place.code,
        name=place.name,
        name_en=place.name_en,
        region=place.region,
        phone="021-60000000",
        email=f"{place.code.lower()}@example.invalid" if place.code.isascii() else "",
        credit_code=place.credit_code_stem + credit_check(place.credit_code_stem) if place.credit_code_stem else "",
    )
    db.session.add(body)
    db.session.flush()
    if place.kind == BodyKind.COURT:
        called = {}
        if place.code in CLIENTS.values():
            called = {"callback_secret": "whsec_" + _base64_secret(), "callback_url": f"{callback_url}/{place.code}"}
        by_rule = {"designates_by": "rule", "designates_source": BY_RULE}
        db.session.add(CourtProfile(body_id=body.id, **(by_rule | called | place.profile)))
    if place.kind == BodyKind.INSTITUTION:
        db.session.add(_promise(place, body))
    if place.kind == BodyKind.ORGANISATION:
        db.session.add(OrganisationProfile(body_id=body.id, **place.profile))
    db.session.flush()
    return body


def _promise(place: Place, body: Body) -> Commitment:
    """Every institution of the demo promised to accept mediators' opinions on small disputes."""
    return Commitment(
        institution_id=body.id, limit=SMALL_DISPUTE_LIMIT, categories=list(causes.categories()), valid_from=date(2024, 1, 1),
        signatory=f"{place.name}法定代表人", reference="小额纠纷快速解决机制合作备忘录", created_by="demo",
    )


def _limits(institution: Body, rows: list[tuple]) -> None:
    """The institution's standing authority by sum, and its ladder of approvers."""
    people = {user.login: user.id for user in db.session.scalars(select(User).where(User.body_id == institution.id))}
    for version, (holder, login, level, most, substitute) in enumerate(rows, start=1):
        db.session.add(AuthorityLimit(
            institution_id=institution.id, version=version, holder=holder, user_id=people.get(login), level=level,
            substitute_id=people.get(substitute), concession=Decimal(most) if most else None, duties=True,
            valid_from=date(2024, 1, 1), reference="调解授权管理办法", created_by="demo"))


def _base64_secret() -> str:
    return base64.b64encode(secrets.token_bytes(24)).decode()


def _person(person: Person, bodies: dict[str, Body], password: str) -> None:
    body_id = bodies[person.at].id if person.at else None
    user = User(login=person.login, name=person.name, body_id=body_id, password_hash=password, is_demo=True)
    db.session.add(user)
    db.session.flush()
    db.session.add(RoleGrant(user_id=user.id, role=person.role, body_id=body_id))
    if person.role == Role.MEDIATOR:
        db.session.add(MediatorProfile(user_id=user.id, body_id=body_id, load_limit=60, **person.profile))
    if person.login in EVALUATORS:
        db.session.add(Evaluator(user_id=user.id, body_id=body_id, fields=EVALUATORS[person.login], is_active=True))


def log_ins() -> str:
    """The log-ins as people read them at the start."""
    names = {place.code: place.name for place in PLACES}
    lines = [f"  {person.login:<10} {person.role.value:<20} {person.name}  {names.get(person.at, '')}" for person in PEOPLE]
    return f"  演示账号 Demo log-ins (密码 password: {PASSWORD})\n" + "\n".join(lines) + "\n"
