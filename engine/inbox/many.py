"""The same for many tasks at once: each on its own, so that one that cannot be had holds up no other; and back again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.access.actor import Actor
from engine.db import db, savepoint
from engine.errors import DomainError, Invalid
from engine.i18n import _
from engine.inbox import tasks
from engine.workflow.models import UserTask

MOST = 100  # in one go: every one is a row to lock


@dataclass
class Outcome:
    """Which tasks it worked for (with who had them before), and why it did not for the others."""

    done: list[tuple[int, int | None]] = field(default_factory=list)
    refused: list[tuple[UserTask | None, DomainError]] = field(default_factory=list)


def claim(actor: Actor, task_ids: Sequence[int]) -> Outcome:
    """Take these tasks of the team."""
    return _each(task_ids, lambda task_id: tasks.claim(actor, task_id))


def release(actor: Actor, task_ids: Sequence[int]) -> Outcome:
    """Give these tasks of mine back to the team."""
    return _each(task_ids, lambda task_id: tasks.release(actor, task_id))


def assign(actor: Actor, task_ids: Sequence[int], user_id: int) -> Outcome:
    """Give these tasks to a colleague."""
    return _each(task_ids, lambda task_id: tasks.assign(actor, task_id, user_id))


def undo(actor: Actor, before: Sequence[tuple[int, int | None]]) -> Outcome:
    """Give tasks back to whoever had them before; those that have moved on since stay where they are."""
    had = dict(before)
    return _each(list(had), lambda task_id: (
        tasks.unassign(actor, task_id) if had[task_id] is None else tasks.assign(actor, task_id, had[task_id])))


def _each(task_ids: Sequence[int], act: Callable[[int], UserTask]) -> Outcome:
    ids = sorted(set(task_ids))  # everybody locks in the same order
    if not 0 < len(ids) <= MOST:
        raise Invalid(_("Choose between 1 and %(most)s tasks."), most=MOST)
    outcome = Outcome()
    for task_id in ids:
        task = db.session.get(UserTask, task_id)
        before = task.assignee_id if task else None
        try:
            with savepoint():
                act(task_id)
            outcome.done.append((task_id, before))
        except DomainError as error:
            outcome.refused.append((db.session.get(UserTask, task_id), error))
    return outcome
