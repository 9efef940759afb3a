"""The lists of the inbox: what is mine, what is due, what I could take, what my team has, what I watch or put aside."""

from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import and_, bindparam, exists, false, func, or_, select
from sqlalchemy.orm import joinedload

from engine import clock, statements
from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.policy import ACTORS_KEPT, within_reach
from engine.cases.models import Case
from engine.clock import SHANGHAI
from engine.db import db
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.inbox import finding
from engine.inbox import models as marks
from engine.workflow.models import Instance, InstanceStatus, UserTask, WaitStatus

PAGE = 50


@lru_cache(maxsize=ACTORS_KEPT)
def reachable(actor: Actor):
    """The condition for tasks an actor may see at all: theirs, their team's, their own as a party; of a case in their reach."""
    if actor.kind != "user":
        return held(actor)
    return and_(held(actor), or_(UserTask.case_id.is_(None), within_reach(actor, UserTask.case_id)))


@lru_cache(maxsize=ACTORS_KEPT)
def held(actor: Actor):
    """The same, whatever case it is of."""
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
    return or_(*parts)


def _spoken_for(actor: Actor):
    """The participant who came by the link, and the party they are the agent of."""
    represented = select(Participant.represents_id).where(
        Participant.id == actor.participant_id, Participant.is_current, Participant.represents_id.is_not(None))
    return select(Participant.id).where(or_(Participant.id == actor.participant_id, Participant.id.in_(represented)))


def _listed(actor: Actor, view: str, search: str):
    """The query of one of the VIEWS, the most urgent first."""
    query = select(UserTask).where(UserTask.status == WaitStatus.OPEN, reachable(actor), VIEWS[view](actor))
    if search.strip():
        query = query.where(matching(search))
    return query.order_by(UserTask.due_at.asc().nulls_last(), UserTask.opened_at, UserTask.id)


def matching(search: str):
    """Tasks whose title contains the text, or whose case is meant by it."""
    pattern = finding.like(search.strip())
    return or_(UserTask.title.like(pattern, escape="\\"), UserTask.title_en.ilike(pattern, escape="\\"),
               UserTask.case_id.in_(select(Case.id).where(finding.cases(search))))


def rows(actor: Actor, view: str, search: str = "", limit: int = PAGE, offset: int = 0) -> list[UserTask]:
    """The tasks of one of the VIEWS, the most urgent first."""
    query = _listed(actor, view, search).options(joinedload(UserTask.instance))
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def ids(actor: Actor, view: str, search: str = "", limit: int = PAGE) -> list[int]:
    """The same, only their ids."""
    return list(db.session.scalars(_listed(actor, view, search).with_only_columns(UserTask.id).limit(limit)))


def mine(actor: Actor, search: str = "", limit: int = PAGE, offset: int = 0) -> list[UserTask]:
    """What I have to do, the most urgent first."""
    return rows(actor, "mine", search, limit, offset)


def _is_mine(actor: Actor):
    if actor.kind == "party":
        return UserTask.participant_id.in_(_spoken_for(actor))
    return UserTask.assignee_id == actor.user_id


def _is_here(actor: Actor):
    return _is_mine(actor) & ~marks.is_snoozed(actor.user_id) if actor.user_id else _is_mine(actor)


def _is_due_today(actor: Actor):
    """Mine, and due by midnight in Shanghai (24:00 belongs to the day that ends), or overdue."""
    tomorrow = clock.today() + timedelta(days=1)
    return _is_mine(actor) & (UserTask.due_at <= datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=SHANGHAI))


def _is_paused(actor: Actor):
    """Mine, and its term stands still (appraisal, suspension), or an operator has suspended its process."""
    stands = exists().where(Deadline.case_id == UserTask.case_id, Deadline.term == UserTask.term, UserTask.term != "",
                            Deadline.status == DeadlineStatus.PAUSED)
    suspended = exists().where(Instance.id == UserTask.instance_id, Instance.status == InstanceStatus.SUSPENDED)
    return _is_mine(actor) & (stands | suspended)


VIEWS = {  # name → which of the tasks one may see
    "mine": _is_here,
    "today": _is_due_today,
    "available": lambda actor: UserTask.assignee_id.is_(None),
    "team": lambda actor: UserTask.id.is_not(None),
    "watched": lambda actor: marks.is_watched(actor.user_id),
    "paused": _is_paused,
    "later": lambda actor: _is_mine(actor) & marks.is_snoozed(actor.user_id),
}


def counts(actor: Actor) -> dict[str, int]:
    """How many tasks each list has."""
    sums = [func.count().filter(condition(actor)).label(name) for name, condition in VIEWS.items()]
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
