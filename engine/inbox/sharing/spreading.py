"""Give a task to whoever has fewest: by roster, load and cap."""

from collections.abc import Sequence

from sqlalchemy import func, select

from engine.access import roster
from engine.access.actor import Actor
from engine.access.models import User
from engine.access.roster import TaskCap
from engine.db import FOR_CHANGE, db
from engine.errors import Conflict
from engine.i18n import _
from engine.inbox import tasks
from engine.inbox.sharing import caps, holders
from engine.workflow.models import UserTask, WaitStatus


class NobodyHasRoom(Conflict):
    """Everybody who may hold the task is away, full or kept from it."""

    message = _("Nobody who may hold this task is here and has room for it.")


def give(actor: Actor, task_id: int) -> UserTask:
    """Give a task to the person with the fewest open ones; whoever has it already keeps it. Raises NobodyHasRoom."""
    most = hold_caps(tasks.get(actor, task_id))
    task = tasks.lock_to_give(actor, task_id)
    if task.assignee_id is not None:
        raise tasks.TaskAlreadyClaimed(who=tasks.holder(task))
    for user in _with_room(task, most):
        if holders.could_hold(user.id, task):
            return tasks.give(actor, task, "task_assigned", user.id, to=user.id)
    raise NobodyHasRoom()


def hold_caps(task: UserTask) -> dict[int, TaskCap]:
    """The caps of its team, locked before the task is (engine/inbox/sharing/caps.py)."""
    ids = [user.id for user in holders.everybody(task)]
    rows = select(TaskCap).where(TaskCap.user_id.in_(ids)).order_by(TaskCap.user_id).with_for_update(**FOR_CHANGE)
    return {row.user_id: row for row in db.session.scalars(rows.execution_options(populate_existing=True))}


def held_by(user_ids: Sequence[int]) -> dict[int, int]:
    """How many open tasks each of these people holds; those with none are not named."""
    return dict(db.session.execute(select(UserTask.assignee_id, func.count()).where(
        UserTask.assignee_id.in_(user_ids), UserTask.status == WaitStatus.OPEN).group_by(UserTask.assignee_id)).all())


def _with_room(task: UserTask, most: dict[int, TaskCap]) -> list[User]:
    """Who of its team is here and below their cap, the least busy first."""
    people = holders.everybody(task)
    ids = [user.id for user in people]
    away, held = roster.away(ids), held_by(ids)
    free = [user for user in people if user.id not in away and not caps.is_full(most.get(user.id), task)]
    return sorted(free, key=lambda user: (held.get(user.id, 0), user.id))
