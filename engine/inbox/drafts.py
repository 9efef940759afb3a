"""What somebody has filled in of a task and not handed in: kept for them alone, found again on any device.

It goes when they hand the task in; when the task ends otherwise they can still read it for a day, so that nothing they typed is
lost. Nobody else ever reads it, and no log or export names it.
"""

import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import bindparam, delete, select

from engine import clock, statements
from engine.access.actor import Actor
from engine.db import database_now, db
from engine.errors import Conflict, Forbidden, Invalid
from engine.i18n import _
from engine.inbox.models import TaskDraft
from engine.workflow.models import UserTask, WaitStatus

LIMIT = 256_000  # characters of JSON
KEPT = timedelta(hours=24)  # after the task has ended without them
BATCH = 500


class DraftTooLong(Invalid):
    """More than anybody types into a form."""

    message = _("The draft is too long.")


class AnotherDraft(Conflict):
    """Another page or device of the same person has kept a draft that this one does not know."""

    message = _("You have kept another draft of this task since.")


def of(actor: Actor, task_id: int) -> TaskDraft | None:
    """One's own draft of a task."""
    if not _is_somebody(actor):
        return None
    return db.session.scalar(select(TaskDraft).where(TaskDraft.task_id == task_id, *_own(actor)))


def keep(actor: Actor, task: UserTask, answers: Mapping, after: int | None = None, origin: str = "") -> TaskDraft:
    """Keep what was filled in so far. `after`: the revision of the draft it goes on from, 0 for none; None: whatever there is.
    `origin` names the page, which may go on from its own draft even when it did not hear that it was kept.

    Raises DraftTooLong, AnotherDraft.
    """
    if not _is_somebody(actor):
        raise Forbidden()
    if len(json.dumps(answers, ensure_ascii=False)) > LIMIT:
        raise DraftTooLong()
    row = of(actor, task.id)
    if row is None:
        row = TaskDraft(task_id=task.id, user_id=actor.user_id, participant_id=actor.participant_id)
        db.session.add(row)
    elif not _goes_on(row, after, origin) and row.answers != answers:
        raise AnotherDraft()
    if row.answers != answers:
        row.answers, row.origin, row.saved_at = dict(answers), origin, clock.now()
    db.session.flush()
    return row


def _goes_on(row: TaskDraft, after: int | None, origin: str) -> bool:
    return after in (None, row.revision) or bool(origin) and origin == row.origin


def drop(actor: Actor, task_id: int) -> None:
    """It was handed in, or is not wanted any more."""
    if _is_somebody(actor):
        statements.ask(_DROP, task=task_id, user=actor.user_id, participant=actor.participant_id)


_DROP = delete(TaskDraft.__table__).where(
    TaskDraft.task_id == bindparam("task"), TaskDraft.user_id.is_not_distinct_from(bindparam("user")),
    TaskDraft.participant_id.is_not_distinct_from(bindparam("participant")))


def forget() -> int:
    """Remove what is left of tasks that ended more than a day ago; returns how many."""
    ended = select(UserTask.id).where(UserTask.status != WaitStatus.OPEN, UserTask.closed_at < database_now() - KEPT)
    old = list(db.session.scalars(select(TaskDraft.id).where(TaskDraft.task_id.in_(ended)).limit(BATCH)))
    if old:
        db.session.execute(delete(TaskDraft).where(TaskDraft.id.in_(old)))
    return len(old)


def _is_somebody(actor: Actor) -> bool:
    return actor.kind in ("user", "party")


def _own(actor: Actor) -> tuple:
    return TaskDraft.user_id == actor.user_id, TaskDraft.participant_id == actor.participant_id
