"""Who may do what, and who may see which rows: one answer for pages, API and command line. Deny by default."""

from sqlalchemy import and_, false, or_, select, true
from sqlalchemy.sql import ColumnElement

from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.permissions import (
    ASKED_PERMISSIONS,
    CLIENT_PERMISSIONS,
    PARTY_PERMISSIONS,
    ROLE_PERMISSIONS,
    Permission,
)
from engine.db import db
from engine.errors import Forbidden, NotFound

BOTH_SIDES = {"filing", "mediation"}
COURT_AUDIENCE = {"filing", "court"}  # the wall: nothing that was shown or said in mediation (在线调解规则 18, 21, 22)
OFFICE_AUDIENCE = {"filing", "organisation"}  # the organisation's office: no offers, drafts, transcripts (RELIABILITY A12)
MEDIATOR_AUDIENCE = {"filing", "mediation", "mediator", "side:applicant", "side:respondent", "side:third"}
OPEN_TO_ALL_ROLES = {Permission.PROCESS_READ, Permission.STATISTICS_READ}


def permissions_of(actor: Actor) -> set[Permission]:
    """Everything this actor may do somewhere."""
    match actor.kind:
        case "system":
            return set(Permission)
        case "party":
            return set(PARTY_PERMISSIONS)
        case "client":
            return set(CLIENT_PERMISSIONS)
        case "user":
            return set().union(*(ROLE_PERMISSIONS.get(role, set()) for role in actor.roles))
    return set()


def require(actor: Actor, permission: Permission, subject=None) -> None:
    """Raise NotFound when the actor may not know of the subject, Forbidden when they may see it but not do this."""
    if subject is not None and not sees(actor, subject):
        raise NotFound()
    if not may(actor, permission, subject):
        raise NotFound() if subject is None and actor.kind == "nobody" else Forbidden()


def may(actor: Actor, permission: Permission, subject=None) -> bool:
    """Would `require` pass?"""
    if actor.is_system:
        return True
    if subject is None:
        return permission in permissions_of(actor)
    return sees(actor, subject) and permission in _permissions_at(actor, subject)


def _permissions_at(actor: Actor, subject) -> set[Permission]:
    """What the actor may do to this subject: only the roles by which they are related to it count."""
    if actor.kind != "user":
        return permissions_of(actor)
    case_id = case_of(subject)
    if case_id is None:
        return permissions_of(actor)
    related = [role for role in actor.roles if _exists(case_id, related_cases(actor, role))]
    return set().union(*(_permissions_by(actor, role, case_id) for role in related))


def _permissions_by(actor: Actor, role: str, case_id: int) -> set[Permission]:
    """What a role gives in a related case; a mediator who was only asked to take it may answer that, no more."""
    case = _case()
    if role == Role.MEDIATOR and not _exists(case_id, select(case.c.id).where(case.c.mediator_id == actor.user_id)):
        return ASKED_PERMISSIONS
    return ROLE_PERMISSIONS.get(role, set())


def case_of(subject) -> int | None:
    """The case a row belongs to, or None."""
    if type(subject).__table__.name == "case":
        return subject.id
    return getattr(subject, "case_id", None)


def sees(actor: Actor, subject) -> bool:
    """May the actor know that this row exists?"""
    if actor.is_system:
        return True
    model = type(subject)
    if "case_id" not in model.__table__.columns and model.__table__.name != "case":
        return True
    return db.session.scalar(select(model.id).where(model.id == subject.id, visible(actor, model))) is not None


def visible(actor: Actor, model) -> ColumnElement[bool]:
    """The condition every query adds: rows of cases the actor is related to, and meant for them."""
    if actor.is_system:
        return true()
    column = model.id if model.__table__.name == "case" else model.case_id
    if "audience" not in model.__table__.columns:
        return column.in_(cases_of(actor))
    parts = [and_(column.in_(cases), model.audience.in_(audience)) for cases, audience in _reach(actor)]
    return or_(*parts) if parts else false()


def cases_of(actor: Actor):
    """A query of the ids of all cases the actor is related to."""
    queries = [cases for cases, _audience in _reach(actor)]
    case = _case()
    return select(case.c.id).where(or_(*(case.c.id.in_(query) for query in queries)) if queries else false())


def _reach(actor: Actor) -> list[tuple]:
    """By relation: (query of case ids, audiences seen by it)."""
    match actor.kind:
        case "system":
            return [(select(_case().c.id), MEDIATOR_AUDIENCE | COURT_AUDIENCE | OFFICE_AUDIENCE)]
        case "client":
            return _client_reach(actor)
        case "party":
            return _sides(Participant.id == actor.participant_id)
        case "user":
            return [entry for role in actor.roles for entry in _role_reach(actor, role)]
    return []


def related_cases(actor: Actor, role: str):
    """A query of the cases a user is related to by one of their roles."""
    case = _case()
    queries = [cases for cases, _audience in _role_reach(actor, role)]
    return select(case.c.id).where(or_(*(case.c.id.in_(query) for query in queries)) if queries else false())


def _role_reach(actor: Actor, role: str) -> list[tuple]:
    case, bodies = _case(), [body for body in actor.bodies(role) if body is not None]
    match role:
        case Role.COORDINATOR:
            return [(select(case.c.id).where(case.c.organisation_id.in_(bodies)), OFFICE_AUDIENCE)]
        case Role.MEDIATOR:
            return [(select(case.c.id).where(case.c.mediator_id == actor.user_id), MEDIATOR_AUDIENCE),
                    (_offered_cases(actor), {"filing"})]
        case Role.CLERK | Role.JUDGE:
            return _court_reach(bodies, referrals=role == Role.CLERK)
        case Role.INSTITUTION_HANDLER:
            return _sides(Participant.body_id.in_(bodies))
        case Role.CONSUMER:
            return _sides(Participant.user_id == actor.user_id)
    return []


def _offered_cases(actor: Actor):
    """Cases a mediator was asked to take: enough to say whether there is a conflict of interest."""
    task = db.metadata.tables["user_task"]
    return select(task.c.case_id).where(
        task.c.assignee_id == actor.user_id, task.c.role == Role.MEDIATOR, task.c.status == "open"
    )


def _client_reach(actor: Actor) -> list[tuple]:
    if actor.is_court_system:
        return _court_reach([actor.body_id], referrals=True)
    return _sides(Participant.body_id == actor.body_id)


def _court_reach(bodies: list, referrals: bool) -> list[tuple]:
    case, confirmation = _case(), db.metadata.tables["confirmation_application"]
    applied = select(confirmation.c.case_id).where(confirmation.c.court_id.in_(bodies), confirmation.c.status != "collecting")
    asked = db.metadata.tables["court_application"]
    reach = [(applied, COURT_AUDIENCE), (select(asked.c.case_id).where(asked.c.court_id.in_(bodies)), COURT_AUDIENCE)]
    if referrals:
        reach.append((select(case.c.id).where(case.c.court_id.in_(bodies)), COURT_AUDIENCE))
    else:
        reach.append((_put_to_the_judge(bodies), COURT_AUDIENCE))
    return reach


def _put_to_the_judge(bodies: list):
    """Docketed cases of the court once mediation is over and a judge was asked to act; not while it goes on."""
    case, task = _case(), db.metadata.tables["user_task"]
    asked = select(task.c.case_id).where(task.c.role == Role.JUDGE)
    return select(case.c.id).where(case.c.regime == "B", case.c.court_id.in_(bodies), case.c.id.in_(asked))


def _sides(condition) -> list[tuple]:
    """The cases where the condition names a participant, by side: a side sees its own private rows, never the other's."""
    reach = []
    for side in ("applicant", "respondent", "third"):
        cases = select(Participant.case_id).where(condition, Participant.side == side, Participant.is_current)
        reach.append((cases, BOTH_SIDES | {f"side:{side}"}))
    return reach


def _exists(case_id: int, query) -> bool:
    case = _case()
    return db.session.scalar(select(case.c.id).where(case.c.id == case_id, case.c.id.in_(query))) is not None


def _case():
    """The register's table, by name: the policy knows its columns and nothing else of it."""
    return db.metadata.tables["case"]
