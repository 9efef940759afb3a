"""What can be done with several tasks at once: how one of them is done, what that changes, and how it is taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.access.actor import Actor
from engine.clock import SHANGHAI
from engine.db import db, locked
from engine.errors import Conflict, Invalid
from engine.i18n import _
from engine.inbox import tasks
from engine.inbox.lists import marks
from engine.inbox.models import LABEL, SNOOZE
from engine.inbox.sharing import lending, loans, priorities, spreading
from engine.workflow.models import Instance, UserTask


class ChangedSince(Conflict):
    """Somebody has said something else of it meanwhile, which is not taken back."""

    message = _("This has been changed again since; it stays as it is.")


def holder(_actor: Actor, task: UserTask) -> int | None:
    """Who has a task."""
    return task.assignee_id


def _give_back(actor: Actor, task: UserTask, before: int | None) -> UserTask:
    """To whoever had it before."""
    loan = loans.of_task(task.id)
    if loan is not None and loan.owner_id == before == actor.user_id:
        return lending.take_back(actor, task.id)
    if before is None or loan is not None and loan.owner_id == before and task.assignee_id == actor.user_id:
        return tasks.unassign(actor, task.id)
    if before == actor.user_id and task.assignee_id is None:
        return tasks.claim(actor, task.id)
    return tasks.assign(actor, task.id, before, is_return=True)


def _say_again(actor: Actor, task: UserTask, before: list) -> UserTask:
    """As urgent as it was."""
    return priorities.give(actor, task.id, *map(str, before))


def _label(actor: Actor, task: UserTask) -> str:
    """One's own word for it."""
    mark = marks.of_task(actor, task.id).get(LABEL)
    return mark.word if mark else ""


def _until(actor: Actor, task: UserTask) -> str | None:
    """The day until which one has put it aside."""
    mark = marks.of_task(actor, task.id).get(SNOOZE)
    return mark.until.astimezone(SHANGHAI).date().isoformat() if mark else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Verb:
    """`do` takes the actor, the task's id and what was told with it; `state` is what it changes, as JSON keeps it."""

    do: Callable[[Actor, int, Mapping], UserTask]
    state: Callable[[Actor, UserTask], object] = holder
    back: Callable[[Actor, UserTask, object], UserTask] = _give_back


VERBS = {
    "claim": Verb(lambda actor, task_id, _told: tasks.claim(actor, task_id)),
    "release": Verb(lambda actor, task_id, told: tasks.release(actor, task_id, told.get("reason", ""))),
    "assign": Verb(lambda actor, task_id, told: tasks.assign(
        actor, task_id, told["user"], told.get("over", ""), told.get("reason", ""))),
    "spread": Verb(lambda actor, task_id, _told: spreading.give(actor, task_id)),
    "lend": Verb(lambda actor, task_id, told: lending.lend(actor, task_id, told["user"], told.get("note", ""))),
    "prioritise": Verb(lambda actor, task_id, told: priorities.give(actor, task_id, told["major"], told.get("minor", "")),
                       lambda _actor, task: priorities.of(task), _say_again),
    "label": Verb(lambda actor, task_id, told: marks.label(actor, task_id, told.get("word", "")), _label,
                  lambda actor, task, before: marks.label(actor, task.id, before)),
    "later": Verb(lambda actor, task_id, told: marks.snooze(actor, task_id, _day(told.get("until"))), _until,
                  lambda actor, task, before: marks.snooze(actor, task.id, _day(before))),
}


def get(name: str) -> Verb:
    """One of them. Raises Invalid."""
    if name not in VERBS:
        raise Invalid()
    return VERBS[name]


def do(actor: Actor, name: str, task_id: int, told: Mapping) -> tuple[object, object]:
    """Do it with one task; what it was before and is now, both the same where it cannot be taken back: a loan that ends with it
    does not begin again. Raises what doing it alone raises.
    """
    verb = get(name)
    task, loan = db.session.get(UserTask, task_id), loans.of_task(task_id)
    before = verb.state(actor, task) if task else None
    now = verb.state(actor, verb.do(actor, task_id, told))
    return (now if loan is not None and loans.of_task(task_id) is None else before), now


def undo(actor: Actor, name: str, task_id: int, before: object, now: object) -> tuple[object, object]:
    """Take it back, unless it has moved on since; then it stays where it is. Raises ChangedSince, TaskAlreadyClaimed."""
    verb = get(name)
    tasks.get(actor, task_id)
    task = locked(UserTask, task_id, inside=Instance)
    if verb.state(actor, task) != now:
        raise tasks.TaskAlreadyClaimed(who=tasks.holder(task)) if verb.state is holder else ChangedSince()
    return now, now if before == now else verb.state(actor, verb.back(actor, task, before))
