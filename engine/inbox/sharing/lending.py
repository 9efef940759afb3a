"""Lend a task of one's own to a colleague, and take it back. The colleague completes it, or gives it back (tasks.release)."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Row, Select, and_, false, or_, select

from engine import statements
from engine.access.actor import Actor
from engine.access.models import Role, RoleGrant, User
from engine.access.policy import ACTORS_KEPT
from engine.errors import Conflict, Forbidden, Invalid, problem
from engine.i18n import _
from engine.inbox import tasks
from engine.inbox.sharing import caps, holders, loans
from engine.workflow.models import UserTask

LONGEST_NOTE = 200


class CannotBeLent(Conflict):
    """The process names one person for it, and does not let them lend it: a mediator mediates in person (holders.py)."""

    message = _("This task was given to you by name; nobody else can do it for you.")


class LentToYou(Conflict):
    """What is lent goes back to its owner, not on to others."""

    message = _("%(who)s lent you this task: give it back, so that they can lend it to somebody else.")


class HasItAlready(Invalid):
    """A task is lent to somebody else than oneself."""

    message = _("You have this task yourself; choose a colleague.")


class NotLentByYou(Forbidden):
    """Only the owner takes a task back, and only while it is lent."""

    message = _("You have not lent this task, or it has gone elsewhere since.")


def lend(actor: Actor, task_id: int, user_id: int, note: str = "") -> UserTask:
    """Let a colleague who may hold it do one's own task for now.

    Raises TaskNotYours, CannotBeLent, LentToYou, HasItAlready, CannotTakeTask, CapReached, and the rule that keeps the colleague
    from it.
    """
    cap = caps.hold(user_id)
    task, note = tasks.lock(actor, task_id), " ".join(note.split())
    if actor.user_id is None or task.assignee_id != actor.user_id:
        raise tasks.TaskNotYours(who=tasks.holder(task))
    if holders.is_personal(task):
        raise CannotBeLent()
    if loan := loans.of_task(task.id):
        raise LentToYou(who=loan.owner.name)
    if user_id == actor.user_id:
        raise HasItAlready()
    if len(note) > LONGEST_NOTE:
        raise Invalid(problems=[problem("/note", "length", _("Use at most %(most)s signs."), most=LONGEST_NOTE)])
    user = holders.check(user_id, task)
    caps.check(actor, cap, task)
    tasks.give(actor, task, "task_lent", user.id, to=user.id)  # the note stays with the loan: others read the trace
    loans.begin(task.id, actor.user_id, note)
    return task


def take_back(actor: Actor, task_id: int) -> UserTask:
    """Have it again oneself. Raises NotLentByYou."""
    task = tasks.lock(actor, task_id)
    loan = loans.of_task(task.id)
    if loan is None or loan.owner_id != actor.user_id:
        raise NotLentByYou()
    return tasks.give(actor, task, "task_taken_back", actor.user_id)


def borrowers(actor: Actor, task: UserTask) -> list[User]:
    """Whom one could lend a task to, by name; nobody when it is not one's own to lend."""
    if not task.is_open or actor.user_id is None or task.assignee_id != actor.user_id:
        return []
    return [] if loans.of_task(task.id) else [each for each in holders.everybody(task) if each.id != actor.user_id]


def colleagues(actor: Actor) -> Sequence[Row]:
    """Whom one could lend some task to: whoever has a role of one's own at the same body whose tasks may be lent; by name, their
    ids and names."""
    return statements.ask(_colleagues(actor)).all()


@lru_cache(maxsize=ACTORS_KEPT)
def _colleagues(actor: Actor) -> Select:
    own = [and_(RoleGrant.role == role, RoleGrant.body_id == body) for role, bodies in actor.roles.items()
           if role not in (Role.INSTITUTION_APPROVER, Role.CONSUMER) for body in bodies if body is not None]
    granted = select(RoleGrant.user_id).where(or_(false(), *own), RoleGrant.is_in_force)
    return select(User.id, User.name).where(
        User.id.in_(granted), User.is_active, User.id != actor.user_id).order_by(User.name, User.id)
