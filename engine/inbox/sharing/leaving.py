"""Who leaves an institution, or handles its cases no more: what they handled there, and had still to do, is free to be taken."""

from sqlalchemy import exists, or_, select

from engine.access import handlers
from engine.access.actor import SYSTEM, Actor
from engine.access.handlers import CaseHandler
from engine.access.models import Role, RoleGrant, User
from engine.db import db, locked
from engine.inbox import tasks
from engine.inbox.models import is_lent_by
from engine.inbox.sharing import holders, loans
from engine.workflow.models import Instance, UserTask, WaitStatus

IS_OPEN = (UserTask.role == "party", UserTask.body_id.is_not(None), UserTask.status == WaitStatus.OPEN)  # asked of an institution


def leave(actor: Actor, user_id: int, body_id: int | None = None) -> None:
    """Somebody, locked by the caller, is no handler any more: at this institution, or at any."""
    there = [UserTask.body_id == body_id] if body_id is not None else []
    theirs = or_(UserTask.assignee_id == user_id, is_lent_by(user_id))
    for key in list(db.session.scalars(select(UserTask.id).where(*IS_OPEN, *there, theirs).order_by(
            UserTask.instance_id, UserTask.id))):
        _let_go(actor, key, user_id)
    handlers.leave(user_id, actor.user_id, body_id)


def _let_go(actor: Actor, task_id: int, user_id: int) -> None:
    """What was lent to them goes back to its owner, what they had themselves to the team; what they lent stays where it is."""
    task = locked(UserTask, task_id, inside=Instance)
    loan = loans.of_task(task.id)
    if task.is_open and task.assignee_id == user_id:
        if loan is not None and holders.could_hold(loan.owner_id, task):
            tasks.give(actor, task, "task_handed_back", loan.owner_id, to=loan.owner_id)
        else:
            tasks.give(actor, task, "task_released", None)
    elif loan is not None and loan.owner_id == user_id:
        loans.end(task.id)


def due(most: int = 200) -> list[tuple[int, int]]:
    """Who has cases or tasks at which institution without being a handler there today: the role ran out by its date."""
    handled = select(CaseHandler.user_id, CaseHandler.body_id).where(
        CaseHandler.until.is_(None), ~_is_handler(CaseHandler.user_id, CaseHandler.body_id))
    held = select(UserTask.assignee_id, UserTask.body_id).where(
        *IS_OPEN, UserTask.assignee_id.is_not(None), ~_is_handler(UserTask.assignee_id, UserTask.body_id))
    return [(user_id, body_id) for user_id, body_id in db.session.execute(handled.union(held).limit(most))]


def end_lapsed(user_id: int, body_id: int) -> bool:
    """They leave there, unless they are a handler again by now."""
    user = locked(User, user_id)
    if db.session.scalar(select(_is_handler(user.id, body_id))):
        return False
    leave(SYSTEM, user.id, body_id)
    return True


def _is_handler(user_id, body_id):
    """The condition that somebody works there today, as a handler: two columns, or two ids."""
    return exists().where(
        RoleGrant.user_id == user_id, RoleGrant.body_id == body_id, RoleGrant.role == Role.INSTITUTION_HANDLER,
        RoleGrant.is_in_force, User.id == RoleGrant.user_id, User.is_active)
