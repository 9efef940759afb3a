"""Why a task stands with whom it stands, who may take it, which rule keeps somebody from it: by the rules that decide."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Body, Participant, User
from engine.db import db
from engine.deadlines.models import Deadline
from engine.errors import Forbidden
from engine.inbox.models import TaskDraw, TaskHandover
from engine.inbox.sharing import giving, handovers, holders
from engine.inbox.sharing.rules import check_separation
from engine.inbox.workspace import waiting
from engine.inbox.workspace.waiting import Waiting
from engine.workflow.models import TraceEntry, UserTask

HANDED = {"task_claimed": "claimed", "task_given": "given", "task_assigned": "assigned", "task_released": "released",
          "task_lent": "lent", "task_taken_back": "returned", "task_handed_back": "returned"}


@dataclass(frozen=True)
class Why:
    """`how`: ended, party, claimed (by themselves), assigned (by a colleague), lent, returned (after it was lent), named (by the
    process), given (by load or by lot, as the diagram says), free."""

    how: str
    task: UserTask
    holder: str = ""
    is_own: bool = False
    by: str = ""
    at: datetime | None = None
    body: Body | None = None
    people: tuple[User, ...] = ()  # who may take it, by name
    wait: Waiting | None = None  # by when, under which rule
    deadline: Deadline | None = None  # how that was counted
    refusal: Forbidden | None = None  # the rule that keeps the asker from it
    bar: str = ""  # what else does. named: the process names who does it; role: they have not the role at its body
    draw: TaskDraw | None = None  # how it was given
    handed_on: tuple[TaskHandover, ...] = ()  # what colleagues said when they handed it on or gave it back, the newest first

    @property
    def may_be_taken(self) -> bool:
        """Is it the team's, and does no rule keep the asker from it?"""
        return self.how == "free" and self.refusal is None and not self.bar


def of_task(actor: Actor, task: UserTask) -> Why:
    """The reasons of a task the actor may see."""
    if not task.is_open:
        return Why("ended", task)
    wait = waiting.of_task(task)
    found = {"task": task, "wait": wait, "deadline": wait.deadline or _counted(task), "refusal": _refusal(actor, task),
             "bar": _bar(actor, task), "handed_on": _handed_on(actor, task),
             "people": tuple(holders.everybody(task)), "body": db.session.get(Body, task.body_id) if task.body_id else None}
    if task.assignee_id is not None:
        how, by, at = _handed(task)
        holder, is_own = db.session.get(User, task.assignee_id).name, task.assignee_id == actor.user_id
        draw = giving.of_task(task.id) if how == "given" else None
        return Why(how, holder=holder, is_own=is_own, by=by, at=at, draw=draw, **found)
    if task.participant_id is not None:
        return Why("party", holder=db.session.get(Participant, task.participant_id).name,
                   is_own=task.participant_id == actor.participant_id, **found)
    return Why("free", **found)


def _handed_on(actor: Actor, task: UserTask) -> tuple[TaskHandover, ...]:
    return tuple(handovers.of_task(task.id)) if actor.user_id is not None else ()


def _counted(task: UserTask) -> Deadline | None:
    """The case's own clock of the same term, where the timer beside the task counts it."""
    return db.session.scalar(select(Deadline).where(
        Deadline.case_id == task.case_id, Deadline.term == task.term, Deadline.due_at == task.due_at)
        .order_by(Deadline.id.desc()).limit(1)) if task.term and task.case_id else None


def _handed(task: UserTask) -> tuple[str, str, datetime | None]:
    """How the holder came to it, by the trace: by taking it, from a colleague, else from the process itself."""
    last = db.session.scalar(select(TraceEntry).where(
        TraceEntry.instance_id == task.instance_id, TraceEntry.token == task.token, TraceEntry.event.in_(HANDED))
        .order_by(TraceEntry.id.desc()).limit(1))
    if last is None or HANDED[last.event] == "released":
        return "named", "", task.claimed_at or task.opened_at
    return HANDED[last.event], last.actor, last.at


def _bar(actor: Actor, task: UserTask) -> str:
    if actor.user_id is None or task.assignee_id == actor.user_id or task.body_id is None:
        return ""
    if task.role in holders.GIVEN_BY_NAME:
        return "named"
    return "" if holders.has_role(actor.user_id, task) else "role"


def _refusal(actor: Actor, task: UserTask) -> Forbidden | None:
    try:
        check_separation(actor, task)
    except Forbidden as refused:
        return refused
    return None
