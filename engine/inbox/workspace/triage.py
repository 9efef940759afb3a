"""What came in and has no mediator yet: what the office decides next, who would fit, who may answer; and what looks wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
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
from engine.db import db, savepoint
from engine.errors import DomainError, Invalid, NotFound
from engine.forms.components import Choice, Component
from engine.i18n import _
from engine.inbox import tasks
from engine.inbox.asking import acts
from engine.inbox.lists import beginning
from engine.inbox.lists.beginning import WHOLE, Beginning
from engine.inbox.workspace import desk
from engine.mediation import mediators
from engine.workflow.models import UserTask, WaitStatus

SHOWN, FITTEST, MOST = 50, 5, 50
CANDIDATES = "candidates"  # of the process data: whom the rules rank
ACCEPTANCE, YES = "decision", "accept"  # what takes a case on, said without a reason
MERGER = "decide_transfer"


@dataclass(frozen=True)
class Waiting:
    """One case of the pool: its task, and what to know before taking it."""

    task: UserTask
    case: Case
    clock: desk.Next | None
    duplicates: list[Case]
    needs: list[str]  # help that a party needs
    field: str = ""  # the question of the task that asks for a mediator
    fittest: tuple = ()  # whom the rules rank first, with their reasons
    may_merge: bool = False  # the process listens for it where it stands


@dataclass(frozen=True)
class Pool:
    """The office's pool."""

    to_do: Beginning  # of Waiting: one page
    asked: Beginning  # of UserTask, Case, User: mediators who have yet to say whether they take a case
    left: Beginning  # of Case, User: cases whose mediator is away or no longer works


def of(actor: Actor, page: int = 1, whole: str = "") -> Pool:
    """The cases of the office without a mediator, what is due first at the top; and those whose mediator is not there.
    `whole`: which of the two other lists is asked for as a whole."""
    require(actor, Permission.CASE_GROUP)  # the office's own permission
    most = dict.fromkeys(("asked", "left"), SHOWN) | {whole: WHOLE}
    to_do = _open(actor, Role.COORDINATOR, Case.mediator_id.is_(None), most=SHOWN, offset=(page - 1) * SHOWN)
    clocks = desk.next_deadlines([case for _task, case in to_do])
    asked = _open(actor, Role.MEDIATOR, Case.mediator_id.is_(None), most=most["asked"])
    return Pool(Beginning((_told(actor, task, case, clocks.get(case.id)) for task, case in to_do), to_do.all),
                Beginning(((task, case, db.session.get(User, task.assignee_id) if task.assignee_id else None)
                           for task, case in asked), asked.all), _left(actor, most["left"]))


def _open(actor: Actor, role: str, *conditions, most: int, offset: int = 0) -> Beginning:
    query = select(UserTask, Case).join(Case, Case.id == UserTask.case_id).where(
        UserTask.status == WaitStatus.OPEN, UserTask.role == role, Case.concluded_at.is_(None),
        related_by(actor, Role.COORDINATOR, Case.id), *conditions)
    order = UserTask.due_at.asc().nulls_last(), UserTask.id
    return beginning.of(query.order_by(*order), most, tuple, [selectinload(Case.participants)], offset)


def _told(actor: Actor, task: UserTask, case: Case, clock: desk.Next | None) -> Waiting:
    asks = _asks(task)
    needs = sorted({need for person in case.participants if person.is_current for need in person.needs})
    twins = desk.related(actor, case)
    return Waiting(task, case, clock, twins, needs, asks.key if asks else "",
                   asks.choices(task.data)[:FITTEST] if asks else (), bool(twins) and "transfer" in acts.offered(actor, case))


def _asks(task: UserTask) -> Component | None:
    """The question of a task that asks for a mediator."""
    form = tasks.form_of(task)
    return next((each for each in form.questions if each.options_from == CANDIDATES), None) if form else None


def _left(actor: Actor, most: int) -> Beginning:
    fit = {profile.user_id for body in actor.bodies(Role.COORDINATOR) for profile in mediators.register(body)}
    away = select(Absence.user_id).where(roster.today())
    query = select(Case, User).join(User, User.id == Case.mediator_id).where(
        Case.concluded_at.is_(None), related_by(actor, Role.COORDINATOR, Case.id), or_(User.id.in_(away), User.id.not_in(fit)))
    return beginning.of(query.order_by(Case.id), most, tuple)


def assign(actor: Actor, task_id: int, candidate: str) -> UserTask:
    """Give a case to one of those whom the rules rank first, without opening it. Raises what completing the task raises."""
    asks = _asks(tasks.get(actor, task_id))
    if asks is None:
        raise NotFound()
    return tasks.complete(actor, task_id, {asks.key: candidate})


@dataclass(frozen=True)
class Planned:
    """What would become of one of several cases: which question is answered, and what is proposed. Neither: it takes more."""

    task: UserTask
    case: Case
    field: str = ""
    choices: tuple[Choice, ...] = ()
    proposed: str = ""


def plan(actor: Actor, task_ids: Sequence[int]) -> list[Planned]:
    """For several cases of the pool at once: take on what is to be taken on, and give each to whom the rules rank first.

    Those whom they rank the same take turns. Raises Invalid for none or too many.
    """
    require(actor, Permission.CASE_GROUP)
    if not 0 < len(set(task_ids)) <= MOST:
        raise Invalid(_("Choose between 1 and %(most)s tasks."), most=MOST)
    given: Counter = Counter()
    pool = _open(actor, Role.COORDINATOR, Case.mediator_id.is_(None), UserTask.id.in_(set(task_ids)), most=MOST)
    return [_planned(task, case, given) for task, case in pool]


def _planned(task: UserTask, case: Case, given: Counter) -> Planned:
    asks = _asks(task)
    fit = [row for row in task.data.get(CANDIDATES) or () if row.get("eligible") is True] if asks else []
    if fit:
        best = min(fit, key=lambda row: (row.get("rank", 0), given[row["id"]]))
        given[best["id"]] += 1
        known = {row["id"] for row in fit}
        choices = tuple(each for each in asks.choices(task.data) if each.value in known)
        return Planned(task, case, asks.key, choices, str(best["id"]))
    form = tasks.form_of(task)
    accepts = next((each for each in form.questions if each.key == ACCEPTANCE), None) if form else None
    yes = tuple(each for each in accepts.values if each.value == YES) if accepts else ()
    return Planned(task, case, ACCEPTANCE, yes, YES) if yes else Planned(task, case)


def carry_out(actor: Actor, chosen: Mapping[int, str]) -> list[tuple[Planned, DomainError | None]]:
    """Do as was chosen, task by task; one that refuses holds up no other."""
    return [(one, _carried(actor, one, chosen[one.task.id])) for one in plan(actor, list(chosen))]


def _carried(actor: Actor, one: Planned, choice: str) -> DomainError | None:
    try:
        with savepoint():
            if choice not in {str(each.value) for each in one.choices}:
                raise Invalid(_("Choose one of the answers that are offered."))
            tasks.complete(actor, one.task.id, {one.field: choice})
    except DomainError as refused:
        return refused
    return None


def merge(actor: Actor, task_id: int, number: str, reason: str) -> Case:
    """Go on in the case that this one repeats: tell the process, and decide it at once. Raises NotFound, Invalid, Conflict."""
    case = db.session.get(Case, tasks.get(actor, task_id).case_id)
    if number not in {other.number for other in desk.related(actor, case)}:
        raise NotFound()
    acts.tell(actor, case, "transfer", {"transfer_reason": reason})
    decision = db.session.scalar(select(UserTask.id).where(
        UserTask.case_id == case.id, UserTask.element == MERGER, UserTask.status == WaitStatus.OPEN))
    if decision is None:
        raise acts.NotPossibleNow()
    tasks.complete(actor, decision, {"move": "merge", "to_case": number, "reason": reason})
    return case
