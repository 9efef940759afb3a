"""The same for all tasks that a list means, however many pages it has: written down at once, done one after another.

A worker does it with the rights that whoever asked has at that moment. What cannot be done is told with its task and holds up no
other; what was done can be taken back for a day, in the same way.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select, update

from engine import clock
from engine.access.actor import Actor
from engine.access.models import User
from engine.audit import notes
from engine.db import db, locked, savepoint
from engine.errors import Conflict, DomainError, Invalid, NotFound
from engine.i18n import _
from engine.inbox import many, verbs
from engine.inbox.lists import pages, queries
from engine.inbox.lists.asked import Asked
from engine.inbox.models import TaskBatch, TaskBatchItem
from engine.workflow.models import UserTask

MOST = 1000
UNDO_FOR = timedelta(days=1)
RUNNING, STOPPED, ENDED = "running", "stopped", "ended"
WAITING, DONE, REFUSED, LEFT = "waiting", "done", "refused", "left"
NOTED_AS = "many_tasks.act"  # how the audit names each of them, done in a request or later


class TooManyForOne(Invalid):
    """A list may have a million tasks; nobody meant all of them."""

    message = _("This list has more than %(most)s tasks; narrow it down first.")


class NothingToDo(Conflict):
    message = _("The list has no task by now.")


class OneIsRunning(Conflict):
    """Two at once for one person would get into each other's way."""

    message = _("You have another one under way; wait for it, or stop it.")


class NoLongerHere(Conflict):
    """Whoever asked for it may no longer sign in."""

    message = _("Whoever asked for this has no account any more.")


class NotToUndo(Conflict):
    message = _("This can no longer be taken back all at once.")


def ids(actor: Actor, wanted: Asked) -> list[int]:
    """All tasks that the list means now. Raises TooManyForOne, NothingToDo."""
    found = pages.ids(actor, wanted, MOST + 1)
    if len(found) > MOST:
        raise TooManyForOne(most=MOST)
    if not found:
        raise NothingToDo()
    return found


def preview(actor: Actor, verb: str, told: Mapping, wanted: Asked):
    """What would go and stay of the first hundred, as `many.preview` tells it, and how many more there are."""
    found = ids(actor, wanted)
    return *many.preview(actor, verb, found[:many.MOST], told), len(found[many.MOST:])


def begin(actor: Actor, verb: str, told: Mapping, wanted: Asked) -> TaskBatch:
    """Write down what is to be done with all tasks of the list. Raises TooManyForOne, NothingToDo, OneIsRunning."""
    verbs.get(verb)
    return _begun(actor, verb, told, [(task_id, []) for task_id in ids(actor, wanted)])


def _begun(actor: Actor, verb: str, told: Mapping, items: list[tuple[int, list]], undoes_id: int | None = None) -> TaskBatch:
    locked(User, actor.user_id)  # two requests of one person: one after the other
    if db.session.scalar(select(TaskBatch.id).where(TaskBatch.user_id == actor.user_id, TaskBatch.status == RUNNING).limit(1)):
        raise OneIsRunning()
    batch = TaskBatch(user_id=actor.user_id, verb=verb, told=dict(told), undoes_id=undoes_id)
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(TaskBatchItem(batch_id=batch.id, task_id=task_id, state=state) for task_id, state in items)
    db.session.flush()
    return batch


def get(actor: Actor, batch_id: int) -> TaskBatch:
    """One's own. Raises NotFound."""
    batch = db.session.get(TaskBatch, batch_id)
    if batch is None or actor.user_id is None or batch.user_id != actor.user_id:
        raise NotFound()
    return batch


def running(actor: Actor) -> TaskBatch | None:
    """What is under way for somebody."""
    return db.session.scalar(select(TaskBatch).where(TaskBatch.user_id == actor.user_id, TaskBatch.status == RUNNING).limit(1))


def counts(batch: TaskBatch) -> Counter:
    """How many tasks are waiting, done, refused, or left because somebody stopped it."""
    query = select(TaskBatchItem.status, func.count()).where(TaskBatchItem.batch_id == batch.id)
    return Counter(dict(db.session.execute(query.group_by(TaskBatchItem.status)).all()))


def refused(actor: Actor, batch: TaskBatch, most: int = many.MOST) -> list[tuple[UserTask | None, dict]]:
    """What could not be done, and why; without the name of what is no longer the actor's to see."""
    rows = db.session.scalars(select(TaskBatchItem).where(
        TaskBatchItem.batch_id == batch.id, TaskBatchItem.status == REFUSED).order_by(TaskBatchItem.id).limit(most)).all()
    seen = {task.id: task for task in db.session.scalars(select(UserTask).where(
        UserTask.id.in_([row.task_id for row in rows]), queries.reachable(actor)))} if rows else {}
    return [(seen.get(row.task_id), row.why) for row in rows]


def stop(actor: Actor, batch_id: int) -> TaskBatch:
    """Leave what is not done yet."""
    get(actor, batch_id)
    batch = locked(TaskBatch, batch_id)
    if batch.status == RUNNING:
        batch.status, batch.ended_at = STOPPED, clock.now()
        db.session.execute(update(TaskBatchItem).where(
            TaskBatchItem.batch_id == batch.id, TaskBatchItem.status == WAITING).values(status=LEFT))
    return batch


def may_undo(batch: TaskBatch) -> bool:
    """Is there something to take back, and is it not too late?"""
    if batch.status == RUNNING or batch.undoes_id or batch.ended_at < clock.now() - UNDO_FOR or not counts(batch)[DONE]:
        return False
    return db.session.scalar(select(TaskBatch.id).where(TaskBatch.undoes_id == batch.id).limit(1)) is None


def undo(actor: Actor, batch_id: int) -> TaskBatch:
    """Take it back task by task, where nothing has happened since. Raises NotToUndo, OneIsRunning."""
    batch = get(actor, batch_id)
    if not may_undo(batch):
        raise NotToUndo()
    done = db.session.scalars(select(TaskBatchItem).where(TaskBatchItem.batch_id == batch.id, TaskBatchItem.status == DONE))
    return _begun(actor, batch.verb, {}, [(item.task_id, item.state) for item in done], undoes_id=batch.id)


def waiting(most: int) -> list[int]:
    """What is to be done next, the oldest first."""
    query = select(TaskBatchItem.id).join(TaskBatch).where(TaskBatchItem.status == WAITING, TaskBatch.status == RUNNING)
    return list(db.session.scalars(query.order_by(TaskBatchItem.id).limit(most)))


def carry_out(item_id: int) -> bool:
    """Do one of them, with the rights of whoever asked as they are now; False when another worker has it."""
    free = select(TaskBatchItem).where(TaskBatchItem.id == item_id, TaskBatchItem.status == WAITING)
    item = db.session.scalar(free.with_for_update(skip_locked=True))
    if item is None:
        return False
    batch, user = item.batch, db.session.get(User, item.batch.user_id)
    actor, had = Actor.of_user(user), tuple(item.state)
    try:
        if not user.is_active:
            raise NoLongerHere()
        with savepoint():
            changed = (verbs.undo(actor, batch.verb, item.task_id, *had) if batch.undoes_id else
                       verbs.do(actor, batch.verb, item.task_id, batch.told))
    except DomainError as error:
        _refuse(item, error)
    else:
        item.status, item.state, item.settled_at = DONE, list(changed), clock.now()
        _note(actor, batch, item)
    db.session.flush()
    _end(batch)
    return True


def broke(item_id: int) -> None:
    """It could not be done through a fault of ours."""
    item = locked(TaskBatchItem, item_id)
    _refuse(item, DomainError())
    db.session.flush()
    _end(item.batch)


def _refuse(item: TaskBatchItem, error: DomainError) -> None:
    """It was not done, and this is why."""
    values = {name: value if isinstance(value, int | float | None) else str(value) for name, value in error.details.items()}
    item.status, item.why, item.settled_at = REFUSED, {"message": str(error.message), "values": values}, clock.now()


def _note(actor: Actor, batch: TaskBatch, item: TaskBatchItem) -> None:
    case_id = db.session.scalar(select(UserTask.case_id).where(UserTask.id == item.task_id))
    detail = {"batch": batch.id, "verb": batch.verb} | ({"undoes": batch.undoes_id} if batch.undoes_id else {})
    purpose = batch.told.get("over") or batch.told.get("reason", "")
    for told in [{"on_behalf_of": absent} for absent in notes.absent()] or [{}]:
        notes.note(actor, NOTED_AS, "task", item.task_id, case_id=case_id, purpose=purpose, **detail, **told)


def _end(batch: TaskBatch) -> None:
    if not counts(batch)[WAITING]:
        db.session.execute(update(TaskBatch).where(TaskBatch.id == batch.id, TaskBatch.status == RUNNING).values(
            status=ENDED, ended_at=clock.now()))
