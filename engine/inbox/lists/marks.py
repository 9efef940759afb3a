"""What somebody notes for themselves about a task: to keep an eye on it, or not to see it before a day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select

from engine import clock, statements
from engine.access.actor import Actor
from engine.clock import SHANGHAI
from engine.db import db
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.inbox import tasks
from engine.inbox.models import LABEL, SNOOZE, WATCH, TaskMark
from engine.workflow.models import UserTask

LONGEST = timedelta(days=90)
LONGEST_WORD, MOST_OFFERED = 20, 200


def watch(actor: Actor, task_id: int, is_watched: bool = True) -> UserTask:
    """Keep an eye on a task one may see, whoever has it; or no longer."""
    task = tasks.get(actor, task_id)
    _put(actor, task, WATCH) if is_watched else _drop(actor, task, WATCH)
    return task


def snooze(actor: Actor, task_id: int, until: date | None) -> UserTask:
    """Put one's own task aside until a day, which must not be after it is due; None: show it again.

    Raises Invalid for a day that is not ahead, too far, or after the task's own.
    """
    task = tasks.get(actor, task_id)
    if until is None:
        _drop(actor, task, SNOOZE)
        return task
    if task.assignee_id != actor.user_id or not task.is_open:
        raise tasks.TaskNotYours(who=tasks.holder(task))
    today, due = clock.today(), task.due_at.astimezone(SHANGHAI).date() if task.due_at else None
    if not today < until <= today + LONGEST:
        raise Invalid(problems=[problem("/until", "day", _("Choose a day within the next %(days)s days."), days=LONGEST.days)])
    if due is not None and until > due:
        why = _("The task is due on %(day)s; it cannot rest for longer.")
        raise Invalid(problems=[problem("/until", "due", why, day=due.isoformat())])
    _put(actor, task, SNOOZE).until = datetime(until.year, until.month, until.day, tzinfo=SHANGHAI)
    return task


def label(actor: Actor, task_id: int, word: str) -> UserTask:
    """Give a task one may see a word of one's own, by which lists are narrowed; an empty one takes it away. Raises Invalid."""
    task, word = tasks.get(actor, task_id), " ".join(word.split())
    if len(word) > LONGEST_WORD:
        raise Invalid(_("A label has at most %(most)s signs."), most=LONGEST_WORD)
    if word:
        _put(actor, task, LABEL).word = word
    else:
        _drop(actor, task, LABEL)
    return task


def labels(actor: Actor, found: Sequence[UserTask]) -> dict[int, str]:
    """One's own labels of these tasks."""
    rows = statements.ask(_LABELS, user=actor.user_id, tasks=[task.id for task in found])
    return {row.task_id: row.word for row in rows}


_LABELS = select(TaskMark.task_id, TaskMark.word).where(
    TaskMark.user_id == bindparam("user"), TaskMark.kind == LABEL, statements.among(TaskMark.task_id, "tasks"))


def own_labels(actor: Actor) -> list[str]:
    """The labels somebody used last, each once."""
    return sorted(set(statements.ask(_OWN_LABELS, user=actor.user_id).scalars()))


_OWN_LABELS = select(TaskMark.word).where(
    TaskMark.user_id == bindparam("user"), TaskMark.kind == LABEL).order_by(TaskMark.id.desc()).limit(MOST_OFFERED)


def of_task(actor: Actor, task_id: int) -> dict[str, TaskMark]:
    """One's own marks on a task, by kind; those that are over are none."""
    rows = db.session.scalars(select(TaskMark).where(TaskMark.user_id == actor.user_id, TaskMark.task_id == task_id))
    return {row.kind: row for row in rows if row.until is None or row.until > clock.now()}


def _put(actor: Actor, task: UserTask, kind: str) -> TaskMark:
    row = db.session.scalar(select(TaskMark).where(
        TaskMark.user_id == actor.user_id, TaskMark.kind == kind, TaskMark.task_id == task.id))
    if row is None:
        row = TaskMark(user_id=actor.user_id, kind=kind, task_id=task.id)
        db.session.add(row)
    return row


def _drop(actor: Actor, task: UserTask, kind: str) -> None:
    row = of_task(actor, task.id).get(kind)
    if row is not None:
        db.session.delete(row)
