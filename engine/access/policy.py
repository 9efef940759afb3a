"""Who may do what, and who may see which rows: one answer for pages, API and command line. Deny by default."""

from collections.abc import Callable
from functools import lru_cache

from sqlalchemy import and_, bindparam, false, or_, select, true
from sqlalchemy.sql import ColumnElement

from engine import statements
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

BOTH_SIDES = {"filing", "mediation", "signing"}
COURT_AUDIENCE = {"filing", "court"}  # the wall: nothing that was shown or said in mediation (在线调解规则 18, 21, 22)
OFFICE_AUDIENCE = {"filing", "organisation", "signing"}  # the organisation's office: no offers, drafts, transcripts
MEDIATOR_AUDIENCE = {"filing", "mediation", "signing", "mediator", "side:applicant", "side:respondent", "side:third"}
ACTORS_KEPT = 1000  # for whom a query was made lately: making it costs more than asking it
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


def require(actor: Actor, permission: Permission, subject=None, within: Callable[[Actor], ColumnElement] | None = None) -> None:
    """Raise NotFound when the actor may not know of the subject, Forbidden when they may see it but not do this.

    `within` gives a condition on the subject's row that narrows what the actor may know of.
    """
    permitted = _permitted(actor, subject, within)
    if permitted is None:
        raise NotFound()
    if permission not in permitted:
        raise NotFound() if subject is None and actor.kind == "nobody" else Forbidden()


def may(actor: Actor, permission: Permission, subject=None) -> bool:
    """Would `require` pass?"""
    return permission in (_permitted(actor, subject) or ())


def sees(actor: Actor, subject) -> bool:
    """May the actor know that this row exists?"""
    return _permitted(actor, subject) is not None


def _permitted(actor: Actor, subject, within=None) -> set[Permission] | None:
    """What the actor may do to this subject: only the roles by which they are related to it count. None: not even know of it."""
    if actor.is_system or subject is None or not _is_of_a_case(type(subject)):
        return permissions_of(actor)
    found = statements.ask(_relations(actor, type(subject), within), subject=subject.id).one_or_none()
    if found is None or actor.kind != "user":
        return None if found is None else permissions_of(actor)
    _id, mediates, *related = found
    roles = [role for role, is_so in zip(sorted(actor.roles), related, strict=True) if is_so]
    return set().union(*(_permissions_by(role, mediates) for role in roles))


def _permissions_by(role: str, mediates: bool) -> set[Permission]:
    """What a role gives in a related case; a mediator who was only asked to take it may answer that, no more."""
    return ASKED_PERMISSIONS if role == Role.MEDIATOR and not mediates else ROLE_PERMISSIONS.get(role, set())


@lru_cache(maxsize=ACTORS_KEPT)
def _relations(actor: Actor, model, within):
    """The query of one row of this kind, if the actor sees it: whether they mediate its case, and which of their roles relate
    them to it."""
    column, case = _case_column(model), _case()
    mediates = column.in_(select(case.c.id).where(case.c.mediator_id == actor.user_id))
    related = [column.in_(related_cases(actor, role)).label(f"by_{number}") for number, role in enumerate(sorted(actor.roles))]
    seen = [model.id == bindparam("subject"), visible(actor, model), *([within(actor)] if within else [])]
    return select(model.id, mediates.label("mediates"), *related).where(*seen)


def _is_of_a_case(model) -> bool:
    return model.__table__.name == "case" or "case_id" in model.__table__.columns


def _case_column(model):
    return model.id if model.__table__.name == "case" else model.case_id


def visible(actor: Actor, model) -> ColumnElement[bool]:
    """The condition every query adds: rows of cases the actor is related to, and meant for them."""
    if actor.is_system:
        return true()
    column = _case_column(model)
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
        case Role.COURT_PRESIDENT:
            return [(_put_to_the_president(bodies), COURT_AUDIENCE)]
        case Role.INSTITUTION_HANDLER | Role.INSTITUTION_APPROVER:
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


def _put_to_the_president(bodies: list):
    """Cases before the court in which the president was asked to decide: about more time, or a ruling that is overdue."""
    confirmation, task = db.metadata.tables["confirmation_application"], db.metadata.tables["user_task"]
    return select(task.c.case_id).where(task.c.role == Role.COURT_PRESIDENT, task.c.case_id.in_(
        select(confirmation.c.case_id).where(confirmation.c.court_id.in_(bodies))))


def _sides(condition) -> list[tuple]:
    """The cases where the condition names a participant, by side: a side sees its own private rows, never the other's."""
    reach = []
    for side in ("applicant", "respondent", "third"):
        cases = select(Participant.case_id).where(condition, Participant.side == side, Participant.is_current)
        reach.append((cases, BOTH_SIDES | {f"side:{side}"}))
    return reach


def _case():
    """The register's table, by name: the policy knows its columns and nothing else of it."""
    return db.metadata.tables["case"]
