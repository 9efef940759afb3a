"""Which tasks are lent, and by whom."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from engine import statements
from engine.db import db
from engine.inbox.models import TaskLoan
from engine.workflow.models import UserTask, WaitStatus


def of_task(task_id: int) -> TaskLoan | None:
    """The loan of a task, if it is lent."""
    return db.session.scalar(select(TaskLoan).where(TaskLoan.task_id == task_id))


def absent_owner(task_id: int) -> int | None:
    """In whose place somebody stands in for this task, if they do."""
    return statements.ask(_ABSENT, task=task_id).scalar()


_ABSENT = select(TaskLoan.__table__.c.owner_id).where(TaskLoan.task_id == bindparam("task"), TaskLoan.for_absence)


def among(tasks: Sequence[UserTask]) -> dict[int, TaskLoan]:
    """Those of these tasks that are lent, by id."""
    rows = db.session.scalars(_AMONG, {"tasks": [task.id for task in tasks]}) if tasks else ()
    return {row.task_id: row for row in rows}


_AMONG = select(TaskLoan).where(statements.among(TaskLoan.task_id, "tasks"))


def by(user_id: int | None) -> list[int]:
    """The open tasks that somebody has lent, or that a substitute took for them."""
    return list(statements.ask(_LENT, owner=user_id).scalars()) if user_id else []


_LENT = select(TaskLoan.task_id).join(UserTask, UserTask.id == TaskLoan.task_id).where(
    TaskLoan.owner_id == bindparam("owner"), UserTask.status == WaitStatus.OPEN)


def begin(task_id: int, owner_id: int, note: str = "", for_absence: bool = False) -> TaskLoan:
    """From here on it is somebody's who lent it, or is away."""
    loan = TaskLoan(task_id=task_id, owner_id=owner_id, note=note, for_absence=for_absence)
    db.session.add(loan)
    db.session.flush()
    return loan


def end(task_id: int) -> None:
    """It is lent no longer."""
    db.session.execute(delete(TaskLoan).where(TaskLoan.task_id == task_id))
