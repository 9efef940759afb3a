"""Why a task was handed on or given back, as colleagues tell one another: whoever may see the task reads it, no party does."""

from sqlalchemy import select

from engine.access.actor import Actor
from engine.db import db
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.inbox.models import TaskHandover
from engine.workflow.models import UserTask

LONGEST = 200


def check(reason: str) -> str:
    """The reason as it is kept. Raises Invalid for one that is too long."""
    reason = " ".join(reason.split())
    if len(reason) > LONGEST:
        raise Invalid(problems=[problem("/reason", "length", _("Use at most %(most)s signs."), most=LONGEST)])
    return reason


def note(actor: Actor, task: UserTask, reason: str) -> None:
    """Keep it with who has the task now; where nothing was said, nothing is kept."""
    if reason:
        db.session.add(TaskHandover(task_id=task.id, by_id=actor.user_id, to_id=task.assignee_id, reason=reason))
        db.session.flush()


def of_task(task_id: int) -> list[TaskHandover]:
    """All that was said of a task, the newest first."""
    return list(db.session.scalars(select(TaskHandover).where(TaskHandover.task_id == task_id).order_by(TaskHandover.id.desc())))
