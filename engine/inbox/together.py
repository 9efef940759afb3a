"""Complete several tasks of one kind with one set of answers: where the form itself says that they are given for many at once.

What is handed in moves each case on and cannot be taken back; so it is looked at before, and each task is judged alone.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import db
from engine.errors import Conflict, DomainError, Invalid, NotFound
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox import many, tasks
from engine.inbox.lists import queries
from engine.inbox.sharing import holders
from engine.workflow import runtime
from engine.workflow.models import UserTask


class NotTogether(Conflict):
    message = _("Only tasks of one kind, whose form is made for it, can be completed together.")


def chosen(actor: Actor, task_ids: Sequence[int]) -> tuple[list[UserTask], Form]:
    """The tasks that the actor sees of these, and the form that asks for all of them. Raises Invalid, NotFound, NotTogether."""
    if not 0 < len(set(task_ids)) <= many.MOST:
        raise Invalid(_("Choose between 1 and %(most)s tasks."), most=many.MOST)
    found = list(db.session.scalars(select(UserTask).where(
        UserTask.id.in_(task_ids), queries.reachable(actor)).order_by(UserTask.instance_id, UserTask.id)))
    if not found:
        raise NotFound()
    forms = [tasks.form_of(task) for task in found]
    first = forms[0]
    if first is None or not first.together or any(form != first for form in forms) or len({_kind(task) for task in found}) > 1:
        raise NotTogether()
    return found, first


def _kind(task: UserTask) -> tuple[str, str, str]:
    return task.process_key, task.element, task.role


def look(actor: Actor, found: Sequence[UserTask]) -> tuple[list[UserTask], list[tuple[UserTask, DomainError]]]:
    """Which of them the actor could complete, and why not the others. Nothing is done."""
    goes, stays = [], []
    for task in found:
        try:
            check(actor, task)
            goes.append(task)
        except DomainError as error:
            stays.append((task, error))
    return goes, stays


def check(actor: Actor, task: UserTask) -> None:
    """Raise what keeps the actor from completing it now, along with others."""
    require(actor, Permission.USER_TASK_COMPLETE, task, within=queries.held)
    runtime.check_open(task)
    if task.role in holders.GIVEN_BY_NAME:
        raise NotTogether()
    tasks.check_holder(actor, task)
    tasks.check_separation(actor, task)


def complete(actor: Actor, task_ids: Sequence[int], answers: Mapping) -> many.Outcome:
    """Hand the answers in for each; what cannot be done is told and holds up no other. Raises Invalid with what is wrong with
    the answers, NotTogether."""
    found, form = chosen(actor, task_ids)
    form.check(answers, found[0].data)

    def one(task_id: int) -> tuple[None, str]:
        check(actor, tasks.lock(actor, task_id))
        return None, str(tasks.complete(actor, task_id, answers).status)
    return many.each([task.id for task in found], one)
