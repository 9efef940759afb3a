"""The cases of an institution that nobody there handles: its handlers read the head of each, and take it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from engine.access import handlers
from engine.access.actor import Actor
from engine.access.handlers import CaseHandler
from engine.access.models import Participant, Role, User
from engine.access.permissions import Permission
from engine.access.policy import heads, require, sees
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import NotFound
from engine.inbox.workspace import desk
from engine.workflow.models import UserTask, WaitStatus

PAGE = 50


@dataclass(frozen=True)
class Head:
    """What of a case is read before it is one's own: its entry, its nearest term, who is on the other side, whose it is."""

    case: Case
    clock: desk.Next | None
    others: list[Participant]
    handlers: list[User]
    open_tasks: int  # of the institution
    due_at: datetime | None  # of the most urgent of them


def bodies(actor: Actor) -> list[int]:
    """The institutions where somebody is a handler."""
    return sorted(body for body in actor.bodies(Role.INSTITUTION_HANDLER) if body is not None)


def free(actor: Actor, limit: int = PAGE + 1, offset: int = 0) -> list[Head]:
    """The heads of the open cases that nobody handles, the longest waiting first."""
    rows = db.session.scalars(_free(actor).options(*WITH).order_by(Case.received_at, Case.id).limit(limit).offset(offset))
    return told(list(rows), bodies(actor))


def count(actor: Actor) -> int:
    """How many these are."""
    return db.session.scalar(_free(actor).with_only_columns(func.count()))


def _free(actor: Actor):
    require(actor, Permission.CASE_TAKE)
    has_one = exists().where(CaseHandler.case_id == Participant.case_id, CaseHandler.body_id == Participant.body_id,
                             CaseHandler.until.is_(None))
    own = exists().where(Participant.case_id == Case.id, Participant.is_current, Participant.body_id.in_(bodies(actor)), ~has_one)
    return select(Case).where(heads(actor, Case.id), Case.closed_at.is_(None), own)


WITH = (selectinload(Case.participants), selectinload(Case.organisation), selectinload(Case.court))


def told(cases: list[Case], own: list[int]) -> list[Head]:
    """The heads of these cases, for these institutions."""
    ids = [each.id for each in cases]
    clocks, tasks, who = desk.next_deadlines(cases), _tasks(ids, own), {}
    for row in handlers.of_cases(ids, own):
        who.setdefault(row.case_id, []).append(row.user)
    return [Head(each, clocks.get(each.id), others(each, own), who.get(each.id, []), *tasks.get(each.id, (0, None)))
            for each in cases]


def others(case: Case, own: list[int]) -> list[Participant]:
    """Against whom or beside whom the institution stands."""
    return [each for each in case.participants if each.role == "party" and each.is_current and each.body_id not in own]


def _tasks(ids: Iterable[int], own: list[int]) -> dict[int, tuple[int, datetime | None]]:
    rows = db.session.execute(select(UserTask.case_id, func.count(), func.min(UserTask.due_at)).where(
        UserTask.case_id.in_(ids), UserTask.body_id.in_(own), UserTask.role == "party",
        UserTask.status == WaitStatus.OPEN).group_by(UserTask.case_id))
    return {case_id: (number, due_at) for case_id, number, due_at in rows}


def take(actor: Actor, number: str) -> Case:
    """Become the handler of an open case that has none. Raises NotFound, also where a colleague was faster."""
    require(actor, Permission.CASE_TAKE)
    case = db.session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFound()
    locked(Case, case.id)
    free = _without(case.id, bodies(actor))
    if not free and not sees(actor, case):
        raise NotFound()
    for body in free:
        handlers.begin(case.id, body, actor.user_id, actor.user_id)
    return case


def _without(case_id: int, own: list[int]) -> list[int]:
    """Which of these institutions are parties to an open case and have no handler there."""
    found = db.session.scalars(select(Participant.body_id).join(Case, Case.id == Participant.case_id).where(
        Case.id == case_id, Case.closed_at.is_(None), Participant.is_current, Participant.body_id.in_(own)).distinct())
    return [body for body in sorted(found) if not handlers.of_cases([case_id], [body])]
