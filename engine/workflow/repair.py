"""Help an instance by hand: move, skip, repeat, change, suspend, resume, cancel, open again. Each says who, why, and what it did.

The trace keeps the position before and after; values are case content and are kept apart (`motion.VariableChange`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import select

from engine import jobs
from engine.db import after_commit, database_now, db, locked
from engine.errors import Conflict, DomainError
from engine.i18n import _
from engine.workflow import runtime, spiff, trace, variables, versions
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import CallStatus, Instance, InstanceStatus, OperationCall, UserTask, WaitStatus
from engine.workflow.motion import VariableChange


class RepairRefused(Conflict):
    """The process cannot be helped this way; nothing was changed."""

    message = _("The process cannot be helped this way.")


class InstanceOver(Conflict):
    """It has ended; only opening it again is possible."""

    message = _("The process has ended.")


class InstanceNotOver(Conflict):
    message = _("The process has not ended.")


class NotRunning(Conflict):
    message = _("The process is not running.")


class NotSuspended(Conflict):
    message = _("The process is not suspended.")


def move(instance_id: int, token: str, element: str, reason: str, by: str) -> Instance:
    """Take a token to another element of the same process. Raises RepairRefused, InstanceOver."""
    with _repairing(instance_id, "token_moved", reason, by, token, to=element) as (instance, run):
        run.move(token, element)
    return instance


def skip(instance_id: int, token: str, reason: str, by: str) -> Instance:
    """Go on as if this step were done. Raises RepairRefused, InstanceOver."""
    with _repairing(instance_id, "element_skipped", reason, by, token) as (instance, run):
        run.skip(token)
    return instance


def repeat(instance_id: int, token: str, reason: str, by: str) -> Instance:
    """Begin this step again, its inputs and times worked out anew. Raises RepairRefused, InstanceOver."""
    with _repairing(instance_id, "element_repeated", reason, by, token) as (instance, run):
        run.repeat(token)
    return instance


def change(instance_id: int, changes: Mapping, reason: str, by: str, force: bool = False) -> Instance:
    """Set process data. Raises ValuesRefused, RepairRefused, InstanceOver."""
    kinds = {}
    with _repairing(instance_id, "variables_changed", reason, by, kinds=kinds) as (instance, run):
        before = run.data
        new = variables.checked(versions.of_instance(instance), before, changes, force)
        kinds |= {name: [variables.kind_of(before.get(name)), variables.kind_of(value)] for name, value in new.items()}
        db.session.add_all(_change(instance, name, before, value, reason, by) for name, value in new.items())
        run.change(new)
    _show_anew(instance, run)
    return instance


def _change(instance: Instance, name: str, before: Mapping, value, reason: str, by: str) -> VariableChange:
    old = {"value": spiff.as_json(before[name])} if name in before else {}
    return VariableChange(instance_id=instance.id, case_id=instance.case_id, name=name, before=old,
                          after={"value": spiff.as_json(value)}, reason=reason, changed_by=by)


def _show_anew(instance: Instance, run: spiff.Run) -> None:
    """Open tasks show the data as it is now."""
    shown = {wait.token: wait.detail["data"] for wait in run.waits() if wait.kind == "user_task"}
    for task in db.session.scalars(_open_tasks(instance.id)):
        task.data = shown.get(task.token, task.data)


def _open_tasks(instance_id: int):
    return select(UserTask).where(UserTask.instance_id == instance_id, UserTask.status == WaitStatus.OPEN)


def suspend(instance_id: int, reason: str, by: str) -> Instance:
    """Nothing moves until it is resumed: no task can be completed, no call begins, no timer fires.

    Messages are kept; a signal is heard only by who listens at that moment, so it passes by.
    """
    instance = locked(Instance, instance_id)
    if not instance.is_running:
        raise NotRunning()
    instance.status = InstanceStatus.SUSPENDED
    trace.write(instance, "suspended", by, note=reason, before=InstanceStatus.RUNNING, after=InstanceStatus.SUSPENDED)
    db.session.flush()
    return instance


def resume(instance_id: int, reason: str, by: str) -> Instance:
    """Let it go on: what is due by now is done, what came meanwhile is delivered. Terms have run on."""
    instance = locked(Instance, instance_id)
    if not instance.is_suspended:
        raise NotSuspended()
    instance.status = InstanceStatus.RUNNING
    trace.write(instance, "resumed", by, note=reason, before=InstanceStatus.SUSPENDED, after=InstanceStatus.RUNNING)
    db.session.flush()
    due = select(OperationCall.id).where(OperationCall.instance_id == instance_id, OperationCall.status == CallStatus.DUE)
    for call_id in db.session.scalars(due.where(OperationCall.due_at <= database_now())):
        after_commit(jobs.wake, call_id)
    while instance.is_running and runtime.deliver_kept(instance_id):
        continue
    return instance


def cancel(instance_id: int, reason: str, by: str) -> Instance:
    """Stop it for good; whatever it waited for is closed. Raises InstanceOver."""
    instance = locked(Instance, instance_id)
    if instance.is_over:
        raise InstanceOver()
    runtime.cancel(instance_id, by, reason)
    db.session.flush()
    return instance


def reopen(instance_id: int, element: str, reason: str, by: str) -> Instance:
    """Let an ended instance go on at an element, with the data it ended with. Raises RepairRefused, InstanceNotOver."""
    instance = locked(Instance, instance_id)
    if not instance.is_over:
        raise InstanceNotOver()
    ended = [instance.status, instance.end_event]
    instance.status, instance.ended_at, instance.end_event = InstanceStatus.RUNNING, None, ""
    with _repairing(instance_id, "reopened", reason, by, to=element, ended=ended) as (instance, run):
        run.reopen(element)
    return instance


@contextmanager
def _repairing(instance_id: int, event: str, reason: str, by: str, token: str = "", **detail) -> Iterator[tuple]:
    """Lock, let the operator act, run to the next waits, and write down the position before and after."""
    instance = locked(Instance, instance_id)
    if instance.is_over:
        raise InstanceOver()
    before, element = instance.position, ""
    try:
        with runtime.advancing(instance_id, by, even_suspended=True) as run:
            element = next((place for each, _key, place, _one in run.activities() if each == token), "")
            run.begin_anew()
            yield instance, run
    except ProcessFailed as failure:
        raise _refusal(failure) from failure
    trace.write(instance, event, by, element or detail.get("to", ""), token, note=reason, before=before,
                after=instance.position, **detail)
    db.session.flush()


def _refusal(failure: ProcessFailed) -> RepairRefused:
    """Why not, in the words of what stood in the way."""
    cause = failure.__cause__
    return RepairRefused(cause.message, **cause.details) if isinstance(cause, DomainError) else RepairRefused()
