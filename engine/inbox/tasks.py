"""What a person does with a user task: claim it, give it back, keep a draft, complete it."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from sqlalchemy import select

from engine import bell, clock
from engine.access.actor import Actor
from engine.access.models import Role, RoleGrant, User
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import after_commit, db, locked
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox import authority, drafts, effects, queries
from engine.inbox.models import TaskDraft
from engine.inbox.rules import check_separation
from engine.workflow import runtime, trace, versions
from engine.workflow.models import Instance, UserTask


class TaskAlreadyClaimed(Conflict):
    """A colleague was faster."""

    message = _("%(who)s already claimed this task.")


class TaskNotYours(Forbidden):
    """The task has to be claimed before it can be completed."""

    message = _("This task is being worked on by %(who)s.")


class CannotBeGivenBack(Conflict):
    """Nobody of a team could take it: it was given to this person."""

    message = _("This task was given to you; it cannot go back to a team.")


class CannotTakeTask(Invalid):
    """The colleague has no right to this task."""

    message = _("%(who)s cannot take this task.")


def get(actor: Actor, task_id: int) -> UserTask:
    """A task the actor may see. Raises NotFound."""
    task = db.session.scalar(select(UserTask).where(UserTask.id == task_id, queries.reachable(actor)))
    if task is None:
        raise NotFound()
    return task


def _lock(actor: Actor, task_id: int, permission: Permission = Permission.USER_TASK_COMPLETE) -> UserTask:
    """The open task for change: the instance first, then the task, read after the lock. Raises NotFound, Forbidden."""
    task = locked(UserTask, task_id, inside=Instance)
    require(actor, permission, task, within=queries.held)
    runtime.check_open(task)
    return task


def claim(actor: Actor, task_id: int) -> UserTask:
    """Take a task of the team. Raises TaskAlreadyClaimed, TaskAlreadyDone."""
    task = _lock(actor, task_id)
    if task.assignee_id not in (None, actor.user_id):
        raise TaskAlreadyClaimed(who=db.session.get(User, task.assignee_id).name)
    check_separation(actor, task)
    if task.assignee_id is None:
        task.assignee_id, task.claimed_at = actor.user_id, clock.now()
        trace.write(task.instance, "task_claimed", actor.name, task.element, task.token)
    return _changed(task)


def release(actor: Actor, task_id: int) -> UserTask:
    """Give a claimed task back to the team. Raises CannotBeGivenBack for what was given to one person by name."""
    task = _lock(actor, task_id)
    if task.assignee_id != actor.user_id:
        raise TaskNotYours(who=holder(task))
    if task.role in (Role.MEDIATOR, Role.INSTITUTION_APPROVER):
        raise CannotBeGivenBack()
    task.assignee_id = task.claimed_at = None
    trace.write(task.instance, "task_released", actor.name, task.element, task.token)
    return _changed(task)


def assign(actor: Actor, task_id: int, user_id: int) -> UserTask:
    """Give a task of the team to a colleague who has its role at its body."""
    task = _lock(actor, task_id, Permission.USER_TASK_ASSIGN)
    user = db.session.get(User, user_id)
    if user is None or not _could_take(user, task):
        raise CannotTakeTask(who=user.name if user else user_id)
    task.assignee_id, task.claimed_at = user.id, clock.now()
    trace.write(task.instance, "task_assigned", actor.name, task.element, task.token, to=user.id)
    return _changed(task)


def unassign(actor: Actor, task_id: int) -> UserTask:
    """Give a task back to its team: one's own, or as whoever may assign."""
    task = db.session.get(UserTask, task_id)
    if task is not None and task.assignee_id == actor.user_id:
        return release(actor, task_id)
    task = _lock(actor, task_id, Permission.USER_TASK_ASSIGN)
    task.assignee_id = task.claimed_at = None
    trace.write(task.instance, "task_released", actor.name, task.element, task.token)
    return _changed(task)


def _changed(task: UserTask) -> UserTask:
    """It is in other hands now: whoever looks at a list is told."""
    db.session.flush()
    after_commit(bell.tasks_changed, task.body_id)
    return task


def _could_take(user: User, task: UserTask) -> bool:
    return user.is_active and db.session.scalar(select(RoleGrant.id).where(
        RoleGrant.user_id == user.id, RoleGrant.role == task.role, RoleGrant.body_id == task.body_id,
        RoleGrant.is_in_force)) is not None


def save(actor: Actor, task_id: int, answers: Mapping, after: int | None = None, origin: str = "") -> TaskDraft:
    """Keep what has been filled in so far, found again on another device; see `drafts.keep`.

    No lock is taken: a draft moves nothing. Raises TaskAlreadyDone, TaskNotYours, AnotherDraft, DraftTooLong.
    """
    task = get(actor, task_id)
    require(actor, Permission.USER_TASK_COMPLETE, task, within=queries.held)
    runtime.check_open(task)
    _check_holder(actor, task)
    return drafts.keep(actor, task, answers, after, origin)


def _check_holder(actor: Actor, task: UserTask) -> None:
    if actor.user_id and task.assignee_id not in (None, actor.user_id):
        raise TaskNotYours(who=holder(task))


def complete(actor: Actor, task_id: int, answers: Mapping | Callable[[Form], Mapping], seen: Mapping | None = None) -> UserTask:
    """Hand in a task's answers and let its process move on. `answers` may also be the way to read them by the task's form.

    `seen` is what the asker was shown and sent along for a signature: `hash_shown`, `address`. Raises Invalid with all
    problems of the form, TaskAlreadyDone, TaskNotYours, ProcessFailed.
    """
    task = _lock(actor, task_id)
    _check_holder(actor, task)
    check_separation(actor, task)
    form = form_of(task)
    checked = form.check(answers(form) if callable(answers) else answers, task.data) if form else {}
    authority.check_answers(actor, task, form, checked)
    effects.follow(actor, task, form, checked, seen or {})
    claimed_by = actor.user_id if task.assignee_id is None else None
    runtime.complete_user_task(task, checked, by=actor.name, claimed_by=claimed_by)
    drafts.drop(actor, task.id)
    return task


def form_of(task: UserTask) -> Form | None:
    """The form of a task, from the version its instance runs on."""
    if not task.form:
        return None
    return _form(versions.of_instance(task.instance), task.process_key, task.form)


@lru_cache(maxsize=256)
def _form(loaded: versions.Loaded, process_key: str, name: str) -> Form | None:
    source = loaded.form(process_key, name)
    return Form.read(source) if source else None


def holder(task: UserTask) -> str:
    """The name of whoever has the task, or an empty text."""
    user = db.session.get(User, task.assignee_id) if task.assignee_id else None
    return user.name if user else ""
