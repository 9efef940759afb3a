"""The lists of the inbox: what is mine, what I could take, what my team has."""

from functools import lru_cache

from sqlalchemy import and_, bindparam, false, func, or_, select
from sqlalchemy.orm import joinedload

from engine import statements
from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.policy import ACTORS_KEPT, cases_of
from engine.cases.models import Case
from engine.db import db
from engine.workflow.models import UserTask, WaitStatus

PAGE = 50


@lru_cache(maxsize=ACTORS_KEPT)
def reachable(actor: Actor):
    """The condition for tasks an actor may see at all: theirs, their team's, their own as a party."""
    if actor.is_system:
        return UserTask.id.is_not(None)
    if actor.kind == "party":
        return UserTask.participant_id.in_(_spoken_for(actor))
    if actor.kind != "user":
        return false()
    parts = [UserTask.assignee_id == actor.user_id]
    for role in actor.roles:
        bodies = [body for body in actor.bodies(role) if body is not None]
        match role:
            case Role.INSTITUTION_HANDLER:
                parts.append(and_(UserTask.role == "party", UserTask.body_id.in_(bodies)))
            case Role.CONSUMER:
                own = select(Participant.id).where(Participant.user_id == actor.user_id)
                parts.append(and_(UserTask.role == "party", UserTask.participant_id.in_(own)))
            case Role.MEDIATOR | Role.INSTITUTION_APPROVER:
                continue  # their tasks are given, not taken
            case _:
                parts.append(and_(UserTask.role == role, UserTask.body_id.in_(bodies)))
    return and_(or_(*parts), or_(UserTask.case_id.is_(None), UserTask.case_id.in_(cases_of(actor))))


def _spoken_for(actor: Actor):
    """The participant who came by the link, and the party they are the agent of."""
    represented = select(Participant.represents_id).where(
        Participant.id == actor.participant_id, Participant.is_current, Participant.represents_id.is_not(None))
    return select(Participant.id).where(or_(Participant.id == actor.participant_id, Participant.id.in_(represented)))


def _open(actor: Actor, condition, search: str, limit: int, offset: int) -> list[UserTask]:
    query = select(UserTask).where(UserTask.status == WaitStatus.OPEN, reachable(actor), condition)
    if search.strip():
        query = query.where(matching(search))
    order = (UserTask.due_at.asc().nulls_last(), UserTask.opened_at, UserTask.id)
    return list(db.session.scalars(query.options(joinedload(UserTask.instance)).order_by(*order).limit(limit).offset(offset)))


def matching(search: str):
    """Tasks whose title, case number or case title contains the text (or whose case has a party of that name)."""
    pattern = "%" + search.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    named = select(Participant.case_id).where(Participant.name.like(pattern, escape="\\"))
    cases = select(Case.id).where(or_(
        Case.number.like(pattern, escape="\\"), Case.organisation_number.like(pattern, escape="\\"),
        Case.court_number.like(pattern, escape="\\"), Case.title.like(pattern, escape="\\"), Case.id.in_(named)))
    return or_(
        UserTask.title.like(pattern, escape="\\"), UserTask.title_en.ilike(pattern, escape="\\"), UserTask.case_id.in_(cases)
    )


def mine(actor: Actor, search: str = "", limit: int = PAGE, offset: int = 0) -> list[UserTask]:
    """Tasks I have, the most urgent first."""
    return _open(actor, _is_mine(actor), search, limit, offset)


def available(actor: Actor, search: str = "", limit: int = PAGE, offset: int = 0) -> list[UserTask]:
    """Tasks I could take, the most urgent first."""
    return _open(actor, UserTask.assignee_id.is_(None), search, limit, offset)


def team(actor: Actor, search: str = "", limit: int = PAGE, offset: int = 0) -> list[UserTask]:
    """All open tasks of my team, whoever has them."""
    return _open(actor, UserTask.id.is_not(None), search, limit, offset)


def _is_mine(actor: Actor):
    if actor.kind == "party":
        return UserTask.participant_id.in_(_spoken_for(actor))
    return UserTask.assignee_id == actor.user_id


def counts(actor: Actor) -> dict[str, int]:
    """How many tasks each list has."""
    views = {"mine": _is_mine(actor), "available": UserTask.assignee_id.is_(None), "team": UserTask.id.is_not(None)}
    sums = [func.count().filter(condition).label(name) for name, condition in views.items()]
    row = db.session.execute(select(*sums).select_from(UserTask).where(UserTask.status == WaitStatus.OPEN, reachable(actor)))
    return dict(row.one()._mapping)


def of_case(actor: Actor, case_id: int) -> list[UserTask]:
    """The open tasks of a case that the actor may see, oldest first."""
    return list(db.session.scalars(select(UserTask).where(
        UserTask.case_id == case_id, UserTask.status == WaitStatus.OPEN, reachable(actor)).order_by(UserTask.opened_at)))


def following(actor: Actor, case_id: int | None) -> int | None:
    """One's own next task of a case, the oldest first; None when there is none."""
    return statements.ask(_following(actor), case=case_id).scalar() if case_id else None


@lru_cache(maxsize=ACTORS_KEPT)
def _following(actor: Actor):
    mine = UserTask.case_id == bindparam("case"), UserTask.status == WaitStatus.OPEN, UserTask.assignee_id == actor.user_id
    return select(UserTask.id).where(*mine, reachable(actor)).order_by(UserTask.opened_at).limit(1)
