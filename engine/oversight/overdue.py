"""What is overdue at a desk, and has no consequence drawn, is brought before whoever supervises it.

A task whose term a timer ends follows the diagram. Any other that is still open at its end begins the process that starts by
the message `task_overdue`: designers say there who sees to whose work, and when again.
"""

from sqlalchemy import select

from engine.access.models import Body, User
from engine.db import db
from engine.deadlines import reckoning
from engine.deadlines.models import Deadline
from engine.oversight import begun
from engine.workflow.models import UserTask, WaitStatus

OVERDUE = "task_overdue"


def see_to(row: Deadline) -> bool:
    """Bring what this term was for before its supervisor; False when a timer ends it, or it is a party's own."""
    task = db.session.scalar(select(UserTask).where(
        UserTask.instance_id == row.instance_id, UserTask.token == row.token, UserTask.status == WaitStatus.OPEN))
    if task is None or task.participant_id is not None:
        return False
    begun.write(row, OVERDUE, due=row.due_at.isoformat(), element=task.element, role=task.role)
    return begun.begin(row, OVERDUE, {
        "deadline": row.id, "role": task.role, "task_title": task.title, "responsible": _who(task),
        "last_day": reckoning.spoken(row.due_at),
    }, "not_seen_to")


def _who(task: UserTask) -> str:
    """Who has it, or whose office has not taken it yet."""
    person = db.session.get(User, task.assignee_id) if task.assignee_id else None
    body = db.session.get(Body, task.body_id) if task.body_id else None
    return "，".join(one.name for one in (body, person) if one is not None)
