"""What came in and has no mediator yet: what the office decides next, who would fit, who may answer; and what looks wrong."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from engine.access import roster
from engine.access.actor import Actor
from engine.access.models import Role, User
from engine.access.permissions import Permission
from engine.access.policy import related_by, require
from engine.access.roster import Absence
from engine.cases.models import Case
from engine.db import db
from engine.deadlines.models import Deadline
from engine.errors import NotFound
from engine.inbox import desk, tasks
from engine.mediation import mediators
from engine.workflow.models import UserTask, WaitStatus

SHOWN, FITTEST = 50, 3
CANDIDATES = "candidates"  # of the process data: whom the rules rank


@dataclass(frozen=True)
class Waiting:
    """One case of the pool: its task, and what to know before taking it."""

    task: UserTask
    case: Case
    clock: Deadline | None
    duplicates: list[Case]
    needs: list[str]  # help that a party needs
    field: str = ""  # the question of the task that asks for a mediator
    fittest: tuple = ()  # whom the rules rank first, with their reasons


@dataclass(frozen=True)
class Pool:
    """The office's pool."""

    to_do: list[Waiting]
    asked: list[tuple[UserTask, Case, User | None]]  # mediators who have yet to say whether they take a case
    left: list[tuple[Case, User]]  # cases whose mediator is away or no longer works


def of(actor: Actor) -> Pool:
    """The cases of the office without a mediator, what is due first at the top; and those whose mediator is not there."""
    require(actor, Permission.CASE_GROUP)  # the office's own permission
    to_do = _open(actor, Role.COORDINATOR, Case.mediator_id.is_(None))
    clocks = desk.next_deadlines([case for _task, case in to_do])
    return Pool([_told(actor, task, case, clocks.get(case.id)) for task, case in to_do],
                [(task, case, db.session.get(User, task.assignee_id) if task.assignee_id else None)
                 for task, case in _open(actor, Role.MEDIATOR, Case.mediator_id.is_(None))], _left(actor))


def _open(actor: Actor, role: str, *conditions) -> list[tuple[UserTask, Case]]:
    query = select(UserTask, Case).join(Case, Case.id == UserTask.case_id).where(
        UserTask.status == WaitStatus.OPEN, UserTask.role == role, Case.concluded_at.is_(None),
        related_by(actor, Role.COORDINATOR, Case.id), *conditions)
    return [tuple(row) for row in db.session.execute(
        query.options(selectinload(Case.participants)).order_by(UserTask.due_at.asc().nulls_last(), UserTask.id).limit(SHOWN))]


def _told(actor: Actor, task: UserTask, case: Case, clock: Deadline | None) -> Waiting:
    form = tasks.form_of(task)
    asks = next((each for each in form.questions if each.options_from == CANDIDATES), None) if form else None
    needs = sorted({need for person in case.participants if person.is_current for need in person.needs})
    fittest = asks.choices(task.data)[:FITTEST] if asks else ()
    return Waiting(task, case, clock, desk.related(actor, case), needs,
                   asks.key if asks else "", tuple(fittest))


def _left(actor: Actor) -> list[tuple[Case, User]]:
    fit = {profile.user_id for body in actor.bodies(Role.COORDINATOR) for profile in mediators.register(body)}
    away = select(Absence.user_id).where(roster.today())
    return [tuple(row) for row in db.session.execute(select(Case, User).join(User, User.id == Case.mediator_id).where(
        Case.concluded_at.is_(None), related_by(actor, Role.COORDINATOR, Case.id),
        or_(User.id.in_(away), User.id.not_in(fit))).order_by(Case.id).limit(SHOWN))]


def assign(actor: Actor, task_id: int, candidate: str) -> UserTask:
    """Give a case to one of those whom the rules rank first, without opening it. Raises what completing the task raises."""
    task = tasks.get(actor, task_id)
    form = tasks.form_of(task)
    field = next((each.key for each in form.questions if each.options_from == CANDIDATES), "") if form else ""
    if not field:
        raise NotFound()
    return tasks.complete(actor, task_id, {field: candidate})
