"""How urgent a task is, beside its term: a major priority in words, and a minor one that orders tasks of the same major.

Whoever gives out tasks says so. What nobody said anything of is ordinary and has no row: lists in the order of terms stay as they
are.
"""

from collections.abc import Sequence

from sqlalchemy import select

from engine import bell, clock, statements
from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.db import after_commit, db
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.inbox import tasks
from engine.workflow import trace
from engine.workflow.models import PRIORITIES, TaskPriority, UserTask

MOST_MINOR = 99


def give(actor: Actor, task_id: int, major: str, minor: str = "") -> UserTask:
    """Say how urgent an open task is. Raises Invalid, Forbidden, NotFound, TaskAlreadyDone."""
    task, number = tasks.lock(actor, task_id, Permission.USER_TASK_ASSIGN), minor.strip() or "0"
    if major not in PRIORITIES:
        raise Invalid(problems=[problem("/major", "choice", _("Choose one of the answers that are offered."))])
    if not (number.isascii() and number.isdigit() and int(number[:4]) <= MOST_MINOR and len(number) < 4):
        raise Invalid(problems=[problem("/minor", "number", _("Give a whole number from 0 to %(most)s."), most=MOST_MINOR)])
    row = among([task]).get(task.id)
    if major == "ordinary":
        if row is not None:
            db.session.delete(row)
    else:
        row = row or TaskPriority(task_id=task.id)
        row.major, row.minor, row.given_by_id, row.given_at = PRIORITIES[major], int(number), actor.user_id, clock.now()
        db.session.add(row)
    trace.write(task.instance, "task_prioritised", actor.name, task.element, task.token, major=major, minor=int(number))
    db.session.flush()
    after_commit(bell.tasks_changed, task.body_id)
    return task


def of(task: UserTask) -> list:
    """How urgent a task is, as `give` takes it."""
    row = among([task]).get(task.id)
    majors = {major: name for name, major in PRIORITIES.items()}
    return [majors[row.major], row.minor] if row else ["ordinary", 0]


def among(tasks_: Sequence[UserTask]) -> dict[int, TaskPriority]:
    """Those of these tasks that are not ordinary, by id."""
    rows = db.session.scalars(_AMONG, {"tasks": [task.id for task in tasks_]}) if tasks_ else ()
    return {row.task_id: row for row in rows}


_AMONG = select(TaskPriority).where(statements.among(TaskPriority.task_id, "tasks"))
