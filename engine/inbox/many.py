"""The same for many tasks at once: each on its own, so that one that cannot be had holds up no other; and back again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.access.actor import Actor
from engine.db import db, locked, savepoint
from engine.errors import DomainError, Invalid, NotFound
from engine.i18n import _
from engine.inbox import spreading, tasks
from engine.workflow.models import Instance, UserTask

MOST = 100  # in one go: every one is a row to lock


@dataclass
class Outcome:
    """Which tasks it worked for (with who had them before, and has them now), and why it did not for the others.

    A task that is not the actor's to see is refused without its name, like one that is not there.
    """

    done: list[tuple[int, int | None, int | None]] = field(default_factory=list)
    refused: list[tuple[UserTask | None, DomainError]] = field(default_factory=list)


def claim(actor: Actor, task_ids: Sequence[int]) -> Outcome:
    """Take these tasks of the team."""
    return _each(task_ids, lambda task_id: tasks.claim(actor, task_id))


def release(actor: Actor, task_ids: Sequence[int]) -> Outcome:
    """Give these tasks of mine back to the team."""
    return _each(task_ids, lambda task_id: tasks.release(actor, task_id))


def assign(actor: Actor, task_ids: Sequence[int], user_id: int, over: str = "") -> Outcome:
    """Give these tasks to a colleague. `over`: why, where these are more than they may hold."""
    return _each(task_ids, lambda task_id: tasks.assign(actor, task_id, user_id, over))


def spread(actor: Actor, task_ids: Sequence[int]) -> Outcome:
    """Give each to whoever of those that may hold it has fewest, is not away and has room; nobody else than the team is asked."""
    return _each(task_ids, lambda task_id: spreading.give(actor, task_id))


def preview(act: Callable[[], Outcome]) -> tuple[list[tuple[UserTask, str]], list[tuple[UserTask | None, DomainError]]]:
    """What would go, with who would have it then, and what would not, and why: it is done, looked at and undone."""
    shown, hooks = [], list(db.session().info.get("after_commit", []))
    try:
        with savepoint():
            outcome = act()
            shown = [(task_id, tasks.holder(db.session.get(UserTask, task_id))) for task_id, _before, _now in outcome.done]
            raise _Undone
    except _Undone:
        db.session().info["after_commit"] = hooks
    kept = [(task and task.id, error) for task, error in outcome.refused]
    return ([(db.session.get(UserTask, task_id), holder) for task_id, holder in shown],
            [(db.session.get(UserTask, task_id) if task_id else None, error) for task_id, error in kept])


class _Undone(Exception):
    """The preview has seen enough."""


def undo(actor: Actor, done: Sequence[tuple[int, int | None, int | None]]) -> Outcome:
    """Give tasks back to whoever had them before; those that have moved on since stay where they are."""
    had = {task_id: (before, now) for task_id, before, now in done}

    def give_back(task_id: int) -> UserTask:
        before, now = had[task_id]
        task = tasks.get(actor, task_id)
        if locked(UserTask, task_id, inside=Instance).assignee_id != now:
            raise tasks.TaskAlreadyClaimed(who=tasks.holder(task))
        return tasks.unassign(actor, task_id) if before is None else tasks.assign(
            actor, task_id, before, is_return=True)
    return _each(list(had), give_back)


def _each(task_ids: Sequence[int], act: Callable[[int], UserTask]) -> Outcome:
    if not 0 < len(set(task_ids)) <= MOST:
        raise Invalid(_("Choose between 1 and %(most)s tasks."), most=MOST)
    chosen = select(UserTask.id, UserTask.assignee_id).where(UserTask.id.in_(task_ids))
    outcome = Outcome()
    for task_id, before in db.session.execute(chosen.order_by(UserTask.instance_id, UserTask.id)).all():  # the order of locks
        try:
            with savepoint():
                now = act(task_id).assignee_id
            outcome.done.append((task_id, before, now))
        except NotFound as error:
            outcome.refused.append((None, error))
        except DomainError as error:
            outcome.refused.append((db.session.get(UserTask, task_id), error))
    return outcome
