"""The same for many tasks at once: each on its own, so that one that cannot be had holds up no other; and back again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.access.actor import Actor
from engine.db import db, savepoint
from engine.errors import DomainError, Invalid, NotFound
from engine.i18n import _
from engine.inbox import tasks, verbs
from engine.workflow.models import UserTask

MOST = 100  # in one go: every one is a row to lock


@dataclass
class Outcome:
    """Which tasks it worked for (with what changed: before, and now), and why it did not for the others.

    A task that is not the actor's to see is refused without its name, like one that is not there.
    """

    done: list[tuple[int, object, object]] = field(default_factory=list)
    refused: list[tuple[UserTask | None, DomainError]] = field(default_factory=list)


def do(actor: Actor, verb: str, task_ids: Sequence[int], **told) -> Outcome:
    """Do this with these tasks: `claim`, `release`, `assign` (`user`, `over`: why, where these are more than they may hold),
    `spread` to whoever of those that may hold it has fewest, `lend` (`user`, `note`), `prioritise` (`major`, `minor`).
    """
    verbs.get(verb)
    return each(task_ids, lambda task_id: verbs.do(actor, verb, task_id, told))


def preview(actor: Actor, verb: str, task_ids: Sequence[int],
            told: Mapping) -> tuple[list[tuple[UserTask, str]], list[tuple[UserTask | None, DomainError]]]:
    """What would go, with who would have it then, and what would not, and why: it is done, looked at and undone."""
    shown, hooks = [], list(db.session().info.get("after_commit", []))
    try:
        with savepoint():
            outcome = do(actor, verb, task_ids, **told)
            shown = [(task_id, tasks.holder(db.session.get(UserTask, task_id))) for task_id, _before, _now in outcome.done]
            raise _Undone
    except _Undone:
        db.session().info["after_commit"] = hooks
    kept = [(task and task.id, error) for task, error in outcome.refused]
    return ([(db.session.get(UserTask, task_id), holder) for task_id, holder in shown],
            [(db.session.get(UserTask, task_id) if task_id else None, error) for task_id, error in kept])


class _Undone(Exception):
    """The preview has seen enough."""


def undo(actor: Actor, verb: str, done: Sequence[tuple[int, object, object]]) -> Outcome:
    """Take it back; those that have moved on since stay where they are."""
    had = {task_id: (before, now) for task_id, before, now in done}
    return each(list(had), lambda task_id: verbs.undo(actor, verb, task_id, *had[task_id]))


def each(task_ids: Sequence[int], act: Callable[[int], tuple[object, object]]) -> Outcome:
    """Do something with each, in a savepoint of its own. Raises Invalid for none or too many.

    Those that are not the actor's to see stand last, together with those that are not there: nothing tells the two apart.
    """
    if not 0 < len(set(task_ids)) <= MOST:
        raise Invalid(_("Choose between 1 and %(most)s tasks."), most=MOST)
    chosen = select(UserTask.id).where(UserTask.id.in_(task_ids))
    found = db.session.scalars(chosen.order_by(UserTask.instance_id, UserTask.id)).all()  # the order of locks
    outcome, unseen = Outcome(), [NotFound() for _missing in set(task_ids) - set(found)]
    for task_id in found:
        try:
            with savepoint():
                before, now = act(task_id)
            outcome.done.append((task_id, before, now))
        except NotFound as error:
            unseen.append(error)
        except DomainError as error:
            outcome.refused.append((db.session.get(UserTask, task_id), error))
    outcome.refused += [(None, error) for error in unseen]
    return outcome
