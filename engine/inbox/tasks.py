"""What a person does with a user task: claim it, give it back, keep a draft, complete it."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from sqlalchemy import select

from engine import bell, clock, statements
from engine.access import roster
from engine.access.actor import Actor
from engine.access.models import User
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.audit import notes
from engine.db import after_commit, db, locked
from engine.errors import Conflict, Forbidden, NotFound
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox import authority, drafts, effects
from engine.inbox.lists import queries
from engine.inbox.models import TaskDraft
from engine.inbox.sharing import caps, handovers, holders, loans
from engine.inbox.sharing.rules import check_separation
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


class GivenByName(Conflict):
    """The process names one person for it, so nobody may put it into other hands."""

    message = _("The process gave this task to one person by name; it cannot be handed to anybody else.")


def get(actor: Actor, task_id: int) -> UserTask:
    """A task the actor may see. Raises NotFound."""
    task = db.session.scalar(select(UserTask).where(UserTask.id == task_id, queries.reachable(actor)))
    if task is None:
        raise NotFound()
    return task


def lock(actor: Actor, task_id: int, permission: Permission = Permission.USER_TASK_COMPLETE) -> UserTask:
    """The open task for change: the instance first, then the task, read after the lock. Raises NotFound, Forbidden."""
    task = locked(UserTask, task_id, inside=Instance)
    require(actor, permission, task, within=queries.held)
    runtime.check_open(task)
    return task


def lock_to_give(actor: Actor, task_id: int) -> UserTask:
    """The open task for change, by whoever gives out tasks. Raises NotFound, Forbidden, GivenByName."""
    task = lock(actor, task_id, Permission.USER_TASK_ASSIGN)
    if task.role in holders.GIVEN_BY_NAME:
        raise GivenByName()
    return task


def claim(actor: Actor, task_id: int) -> UserTask:
    """Take a task of the team, or of somebody absent for whom one stands in.

    Raises TaskAlreadyClaimed, TaskAlreadyDone, CapReached, and the rule that keeps the actor from it.
    """
    cap = caps.hold(actor.user_id)
    task = lock(actor, task_id)
    if task.assignee_id not in (None, actor.user_id) and not stands_in(actor, task):
        raise TaskAlreadyClaimed(who=holder(task))
    check_separation(actor, task)
    if task.assignee_id == actor.user_id:
        return task
    caps.check(actor, cap, task)
    return _take_over(actor, task) if task.assignee_id else give(actor, task, "task_claimed", actor.user_id)


def stands_in(actor: Actor, task: UserTask) -> bool:
    """Is the holder away today, and the actor, who could hold the task as well, stands in?"""
    return (task.assignee_id in roster.replaced_by(actor.user_id) and task.role not in holders.GIVEN_BY_NAME
            and holders.has_role(actor.user_id, task))


def _take_over(actor: Actor, task: UserTask) -> UserTask:
    """Take it on behalf of the absent holder, who may have it back; what was lent to them stays its owner's."""
    absent, loan = task.assignee_id, loans.of_task(task.id)
    owner, note = (loan.owner_id, loan.note) if loan else (absent, "")
    if owner == actor.user_id:  # lent to somebody who is away now: it only comes back
        return give(actor, task, "task_taken_back", owner)
    give(actor, task, "task_claimed", actor.user_id, on_behalf_of=absent)
    loans.begin(task.id, owner, note, for_absence=owner == absent)
    notes.in_place_of(absent)
    return task


def release(actor: Actor, task_id: int, reason: str = "") -> UserTask:
    """Give a claimed task back: to whoever lent it, else to the team; `reason` is for colleagues. Raises CannotBeGivenBack for
    what was given by name.
    """
    reason = handovers.check(reason)
    task = _released(actor, lock(actor, task_id))
    handovers.note(actor, task, reason)
    return task


def _released(actor: Actor, task: UserTask) -> UserTask:
    if task.assignee_id != actor.user_id:
        raise TaskNotYours(who=holder(task))
    loan = loans.of_task(task.id)
    if task.role in holders.GIVEN_BY_NAME and loan is None:
        raise CannotBeGivenBack()
    if loan is not None and holders.could_hold(loan.owner_id, task):
        return give(actor, task, "task_handed_back", loan.owner_id, to=loan.owner_id)
    if task.role in holders.GIVEN_BY_NAME:
        raise CannotBeGivenBack()
    return give(actor, task, "task_released", None)


def assign(actor: Actor, task_id: int, user_id: int, over: str = "", reason: str = "", is_return: bool = False) -> UserTask:
    """Give a task of the team to a colleague who has its role at its body; `reason` is for colleagues. `over`: why, where it is
    more than they may hold; the audit keeps that, and the trace says only that there was one.

    Raises GivenByName, CannotTakeTask, CapReached, and the rule that keeps them from it. `is_return`: they had it before, no cap
    is asked.
    """
    cap, reason = None if is_return else caps.hold(user_id), handovers.check(reason)
    task = lock_to_give(actor, task_id)
    user = holders.check(user_id, task)
    is_over = task.assignee_id != user.id and caps.is_full(cap, task)
    if is_over and not over.strip():
        caps.check(actor, cap, task)
    give(actor, task, "task_assigned", user.id, to=user.id, **_over(is_over))
    handovers.note(actor, task, reason)
    return task


def _over(is_over: bool) -> dict:
    return {"over_cap": True} if is_over else {}


def unassign(actor: Actor, task_id: int) -> UserTask:
    """Give a task back to its team: one's own, or as whoever may assign."""
    task = db.session.get(UserTask, task_id)
    if task is not None and task.assignee_id == actor.user_id:
        return release(actor, task_id)
    return give(actor, lock_to_give(actor, task_id), "task_released", None)


def give(actor: Actor, task: UserTask, event: str, user_id: int | None, **detail) -> UserTask:
    """Put a locked task into other hands, and say so: in the trace, and to whoever looks at a list. A loan of it ends.

    Everybody of the case reads the trace, so there is no place for words in it that are meant for colleagues.
    """
    if task.assignee_id is not None:
        loans.end(task.id)
    statements.change(task, assignee_id=user_id, claimed_at=clock.now() if user_id else None)
    trace.write(task.instance, event, actor.name, task.element, task.token, **detail)
    after_commit(bell.tasks_changed, task.body_id)
    return task


def save(actor: Actor, task_id: int, answers: Mapping, after: int | None = None, origin: str = "") -> TaskDraft:
    """Keep what has been filled in so far, found again on another device; see `drafts.keep`.

    No lock is taken: a draft moves nothing. Raises TaskAlreadyDone, TaskNotYours, AnotherDraft, DraftTooLong.
    """
    task = get(actor, task_id)
    require(actor, Permission.USER_TASK_COMPLETE, task, within=queries.held)
    runtime.check_open(task)
    check_holder(actor, task)
    return drafts.keep(actor, task, answers, after, origin)


def check_holder(actor: Actor, task: UserTask) -> None:
    """Is it nobody's, the actor's, or that of somebody for whom they stand in? Raises TaskNotYours."""
    if actor.user_id and task.assignee_id not in (None, actor.user_id) and not stands_in(actor, task):
        raise TaskNotYours(who=holder(task))


def complete(actor: Actor, task_id: int, answers: Mapping | Callable[[Form], Mapping], seen: Mapping | None = None) -> UserTask:
    """Hand in a task's answers and let its process move on. `answers` may also be the way to read them by the task's form.

    `seen` is what the asker was shown and sent along for a signature: `hash_shown`, `address`. Raises Invalid with all
    problems of the form, TaskAlreadyDone, TaskNotYours, ProcessFailed.
    """
    task = lock(actor, task_id)
    check_holder(actor, task)
    check_separation(actor, task)
    if actor.user_id and task.assignee_id not in (None, actor.user_id):
        _take_over(actor, task)
    form = form_of(task)
    checked = form.check(answers(form) if callable(answers) else answers, task.data) if form else {}
    authority.check_answers(actor, task, form, checked)
    effects.follow(actor, task, form, checked, seen or {})
    claimed_by = actor.user_id if task.assignee_id is None else None
    runtime.complete_user_task(task, checked, by=actor.name, claimed_by=claimed_by)
    if not claimed_by and (absent := loans.absent_owner(task.id)) is not None:  # what nobody held was not lent
        notes.in_place_of(absent)
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
