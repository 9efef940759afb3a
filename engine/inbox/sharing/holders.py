"""Who may hold a task: whoever has its role at its body, reaches its case, and is kept from it by no rule.

What the process gives to one person by name is theirs alone: a mediator mediates in person, since the parties were told who it
is and had their say (在线调解规则第十三条), and an institution's approvers have a ladder of their own. Only where the diagram
says so (property `lendable`: a task that prepares or files, and does not mediate) may the mediator lend it to another mediator of
the same organisation: one without conflict of interest who has done nothing for its office in the case, and who from then on does
nothing for it there (engine/inbox/sharing/rules.py). It is the mediator who lends; nobody else takes it or gives it away.
"""

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Role, RoleGrant, User
from engine.access.permissions import Permission
from engine.access.policy import may
from engine.db import db
from engine.errors import Forbidden, Invalid
from engine.i18n import _
from engine.inbox.sharing.rules import check_colleague
from engine.workflow import versions
from engine.workflow.models import UserTask

GIVEN_BY_NAME = (Role.MEDIATOR, Role.INSTITUTION_APPROVER)  # whom the process names; nobody else may take these


class CannotTakeTask(Invalid):
    """The colleague has no right to this task."""

    message = _("%(who)s cannot take this task.")


def everybody(task: UserTask) -> list[User]:
    """Who has the task's role at its body, by name; nobody where it is not a staff's, or the process names whose it is."""
    if task.body_id is None or is_personal(task):
        return []
    return list(db.session.scalars(select(User).where(
        User.id.in_(_granted(task)), User.is_active).order_by(User.name, User.id)))


def is_personal(task: UserTask) -> bool:
    """Is it one person's alone, by name?"""
    if task.role not in GIVEN_BY_NAME:
        return False
    element = versions.of_instance(task.instance).definition.element(task.process_key, task.element)
    return not (task.role == Role.MEDIATOR and element is not None and element.properties.get("lendable") == "yes")


def check(user_id: int, task: UserTask) -> User:
    """The person, if the task may be given to them. Raises CannotTakeTask, DutiesMustBeSeparate, ConflictOfInterest."""
    user = db.session.get(User, user_id)
    if user is None or not user.is_active or not has_role(user.id, task) or not _reaches(user, task):
        raise CannotTakeTask(who=user.name if user else user_id)
    check_colleague(user, task)
    return user


def _reaches(user: User, task: UserTask) -> bool:
    """Do they reach its case? Another mediator, or handler, does once the task is theirs, and then sees what they need for it."""
    return task.role in (Role.MEDIATOR, "party") or may(Actor.of_user(user), Permission.USER_TASK_COMPLETE, task)


def could_hold(user_id: int, task: UserTask) -> bool:
    """Would `check` pass?"""
    try:
        return check(user_id, task) is not None
    except (CannotTakeTask, Forbidden):
        return False


def has_role(user_id: int, task: UserTask) -> bool:
    """Has somebody the task's role at its body today?"""
    return db.session.scalar(_granted(task).where(RoleGrant.user_id == user_id)) is not None


def _granted(task: UserTask):
    """A party's task is its institution's handlers'."""
    role = Role.INSTITUTION_HANDLER if task.role == "party" else task.role
    return select(RoleGrant.user_id).where(RoleGrant.role == role, RoleGrant.body_id == task.body_id, RoleGrant.is_in_force)
