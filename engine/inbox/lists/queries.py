"""The lists of the inbox: what is mine, what is due, what I could take, what my team has, what I watch or put aside."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

from sqlalchemy import Select, and_, bindparam, exists, false, literal_column, or_, select, true
from sqlalchemy.orm import joinedload

from engine import clock, statements
from engine.access import roster
from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.policy import ACTORS_KEPT, each_within_reach
from engine.clock import SHANGHAI
from engine.db import Moment, db
from engine.deadlines.models import Deadline
from engine.inbox import models as marks
from engine.inbox.sharing import loans
from engine.workflow.models import Instance, UserTask, WaitStatus

PAGE = 50
IS_OPEN = UserTask.status == literal_column("'open'")  # said in the statement: so a database sees that its partial indexes fit


@lru_cache(maxsize=ACTORS_KEPT)
def reachable(actor: Actor):
    """The condition for tasks an actor may see at all: theirs, their team's, their own as a party; of a case in their reach."""
    return and_(held(actor), in_reach(actor)) if actor.kind == "user" else held(actor)


@lru_cache(maxsize=ACTORS_KEPT)
def held(actor: Actor):
    """The same, whatever case it is of."""
    if actor.is_system:
        return UserTask.id.is_not(None)
    parts = [*_own(actor), *_team(actor)]
    return or_(*parts) if parts else false()


@lru_cache(maxsize=ACTORS_KEPT)
def in_reach(actor: Actor):
    """The condition that a task's case, if it has one, is one the actor is related to."""
    return true() if actor.kind == "party" else each_within_reach(actor, UserTask.case_id)


@lru_cache(maxsize=ACTORS_KEPT)
def branches(actor: Actor, view: str) -> list:
    """The ways by which the tasks of a view are reached: conditions of which no two hold for one task, each with an index."""
    own, team = _own(actor), _team(actor)
    match VIEWS[view].scope:
        case "own":
            return own
        case "team":
            return team
    others = [or_(UserTask.assignee_id.is_(None), UserTask.assignee_id != actor.user_id)] if actor.user_id else []
    return [*own, *(and_(each, *others) for each in team)]


def own_branches(actor: Actor, view: str) -> int:
    """How many of them, the first ones, are the actor's own tasks: no more than one person can have."""
    return 0 if VIEWS[view].scope == "team" else len(_own(actor))


def _own(actor: Actor) -> list:
    if actor.kind == "party":
        return [UserTask.participant_id == actor.participant_id, UserTask.participant_id.in_(_represented(actor))]
    return [UserTask.assignee_id == actor.user_id] if actor.kind == "user" else []


def _team(actor: Actor) -> list:
    """By role and body: what somebody of the staff could take, or what a party was asked."""
    lent = [and_(UserTask.role == Role.MEDIATOR, marks.is_lent_by(actor.user_id))] if actor.has(Role.MEDIATOR) else []
    return [*lent, *(_of_staff(actor, role, body) for role in sorted(actor.roles) for body in _staffs(actor, role))]


def _staffs(actor: Actor, role: str) -> list[int | None]:
    if role in (Role.MEDIATOR, Role.INSTITUTION_APPROVER):
        return []  # their tasks are given, not taken
    return [None] if role == Role.CONSUMER else sorted(body for body in actor.bodies(role) if body is not None)


def _of_staff(actor: Actor, role: str, body: int | None):
    match role:
        case Role.INSTITUTION_HANDLER:
            return and_(UserTask.role == "party", UserTask.body_id == body)
        case Role.CONSUMER:
            own = select(Participant.id).where(Participant.user_id == actor.user_id)
            return and_(UserTask.role == "party", UserTask.participant_id.in_(own))
    return and_(UserTask.role == role, UserTask.body_id == body)


def _represented(actor: Actor):
    """The party whose agent came by the link."""
    return select(Participant.represents_id).where(
        Participant.id == actor.participant_id, Participant.is_current, Participant.represents_id.is_not(None))


def mine(actor: Actor) -> list[UserTask]:
    """What I have to do, the most urgent first."""
    query = own(actor, "mine").order_by(UserTask.due_at.asc().nulls_last(), UserTask.id)
    return list(db.session.scalars(query.options(joinedload(UserTask.instance)).limit(PAGE)))


def own(actor: Actor, view: str) -> Select:
    """The actor's own open tasks, as far as they stand in this list."""
    return select(UserTask).where(IS_OPEN, or_(*_own(actor)), in_reach(actor), *VIEWS[view].also(actor))


def _due_today() -> list:
    """Due by midnight in Shanghai (24:00 belongs to the day that ends), or overdue."""
    return [UserTask.due_at <= bindparam(None, type_=Moment, callable_=_midnight)]


def _midnight() -> datetime:
    return datetime.combine(clock.today() + timedelta(days=1), time(), SHANGHAI)


def _stands_still() -> list:
    """Its term stands still (appraisal, suspension), or an operator has suspended its process."""
    stands = exists().where(Deadline.case_id == UserTask.case_id, Deadline.term == UserTask.term, UserTask.term != "",
                            Deadline.status == literal_column("'paused'"))
    suspended = exists().where(Instance.id == UserTask.instance_id, Instance.status == literal_column("'suspended'"))
    return [stands | suspended]


def _is_one_of(column, keys: Collection[int]):
    """Asked with the few keys there are, so that a list of a million is not looked through for none."""
    return column.in_(sorted(keys)) if keys else false()


@dataclass(frozen=True)
class View:
    """A list there always is: `scope` is own, team (to be taken by its people) or all; `also` narrows it."""

    scope: str
    also: Callable[[Actor], list]


VIEWS = {
    "mine": View("own", lambda actor: [~marks.is_snoozed(actor.user_id)] if actor.user_id else []),
    "today": View("own", lambda actor: _due_today()),
    "available": View("team", lambda actor: [UserTask.assignee_id.is_(None)]),
    "team": View("all", lambda actor: []),
    "covered": View("team", lambda actor: [_is_one_of(UserTask.assignee_id, roster.replaced_by(actor.user_id))]),
    "lent": View("all", lambda actor: [_is_one_of(UserTask.id, loans.by(actor.user_id))]),
    "watched": View("all", lambda actor: [marks.is_watched(actor.user_id)]),
    "paused": View("own", lambda actor: _stands_still()),
    "later": View("own", lambda actor: [marks.is_snoozed(actor.user_id)]),
}


KEYED = ("covered", "lent")  # looked for by keys, mostly none, that are asked for first


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
