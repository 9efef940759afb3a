"""The eight things that can happen to an instance. Nobody else touches its state."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine import bell, clock, crash, jobs, reading, statements
from engine.db import after_commit, database_now, db, locked, savepoint
from engine.deadlines import clocks
from engine.errors import Conflict
from engine.i18n import _
from engine.workflow import incidents, matching, pauses, progress, spiff, trace, versions, waits
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import (
    CallStatus,
    Instance,
    InstanceStatus,
    Message,
    MessageWait,
    OperationCall,
    Timer,
    UserTask,
    WaitStatus,
)
from engine.workflow.surroundings import context_of
from engine.workflow.trace import Told

log = logging.getLogger(__name__)

LIVE = (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED)
MESSAGE_FAILED = "message_failed"  # the kind of incident that a message is kept for


class TaskAlreadyDone(Conflict):
    """Somebody else completed the task first."""

    message = _("%(who)s already completed this task.")


class TaskNoLongerNeeded(Conflict):
    """The process went another way while the task was open."""

    message = _("This task is no longer needed: the case has moved on.")


class InstanceSuspended(Conflict):
    """An operator stopped the process for a while; what comes meanwhile waits."""

    message = _("The process of this case is suspended at the moment. Try again once it has been resumed.")


def start(process_key: str, case_id: int | None, data: dict, by: str, at: str | None = None) -> Instance:
    """Start the process in force for a case and run it to its first waits; `at`: the event that happened, if not the plain one.

    Raises ProcessUnknown, ProcessFailed.
    """
    version = versions.latest(process_key)
    instance = Instance(case_id=case_id, version_id=version.id, bindings=versions.bind(version), status=InstanceStatus.RUNNING)
    db.session.add(instance)
    db.session.flush()
    crash.point("start.after_insert")
    told = Told("started", detail={"process": process_key, "version": version.number})
    with _telling_failures(None, case_id), _telling_breakdowns(None, case_id):
        loaded = versions.of_instance(instance)
        opened = _run_to_waits(instance, spiff.start(loaded.definition, data, context_of(instance), at), loaded, by, told)
    _deliver_early(instance, opened, by)
    return instance


def complete_user_task(task: UserTask, answers: dict, by: str, claimed_by: int | None = None) -> None:
    """Hand in what a person filled in, and note who took the task with it. A second click sees the first and is told so."""
    task = locked(UserTask, task.id, inside=Instance)
    check_open(task)  # before the instance is looked at: this task may have ended it
    now = clock.now()
    values = {"status": WaitStatus.DONE, "closed_at": now, "completed_by": by, "answers": answers}
    if claimed_by is not None:
        values |= {"assignee_id": claimed_by, "claimed_at": now}
    with advancing(task.instance_id, by, Told("task_completed", task.element, task.token)) as run:
        statements.change(task, **values)
        if task.term:
            clocks.finish(task.instance_id, task.token, at=database_now(), posted_on=reading.day(answers.get("posted_on")))
        run.complete(task.token, answers)
    after_commit(bell.tasks_changed, task.body_id)


def check_open(task: UserTask) -> None:
    """Raise TaskAlreadyDone or TaskNoLongerNeeded unless the task is still open."""
    if task.status == WaitStatus.DONE:
        raise TaskAlreadyDone(who=task.completed_by)
    if not task.is_open:
        raise TaskNoLongerNeeded()


def complete_call(call: OperationCall, result: dict) -> None:
    """Give a worker's result to the process. The caller has locked the instance and checked the call's fence."""
    told = Told("call_completed", call.element, call.token, {"call": call.id, "attempts": call.attempts})
    with advancing(call.instance_id, "worker", told) as run:
        statements.change(call, status=CallStatus.DONE, result=result, settled_at=clock.now(), lease_until=None)
        run.finish_call(call.token, result)


def reject_call(call: OperationCall, code: str) -> bool:
    """The operation was refused for a business reason: the diagram's error event decides. False when none is there."""
    caught = False
    with advancing(call.instance_id, "worker") as run:
        caught = run.throw(call.token, code)
        if caught:
            call.status, call.settled_at, call.last_error, call.lease_until = CallStatus.REJECTED, clock.now(), code, None
            trace.write(call.instance, "call_rejected", "worker", call.element, call.token, call=call.id, code=code)
    return caught


def deliver_kept(instance_id: int) -> bool:
    """Deliver the oldest kept message that an instance waits for, as when it could not take it before; False when none is."""
    instance = locked(Instance, instance_id)
    waits_open = select(MessageWait).where(MessageWait.instance_id == instance_id, MessageWait.status == WaitStatus.OPEN)
    message = matching.early(list(db.session.scalars(waits_open))) if instance.is_running else None
    return message is not None and deliver(instance, message, "system")


def deliver(instance: Instance, message: Message, by: str) -> bool:
    """Give a kept message to the locked instance that waits for it.

    False when it cannot take it: the message stays, and an incident tells.
    """
    kept = locked(Message, message.id)
    if kept.result != "kept" or kept.expires_at is not None and kept.expires_at <= database_now():
        return False  # somebody else who waited for it was faster, or it came to nothing
    wait = next(iter(matching.takers(message, MessageWait.instance_id == instance.id)), None)
    if wait is None:
        return False
    try:
        told = Told("message_delivered", wait.element, wait.token, {"message": message.id}, by=message.source)
        with savepoint(), advancing(instance.id, by, told) as run:
            wait.status, wait.closed_at = WaitStatus.DONE, clock.now()
            message.delivered_at, message.result = clock.now(), "delivered"
            matching.forget_keys(message)
            run.deliver(wait.token, message.payload)
    except ProcessFailed as failure:
        incidents.report(f"instance {instance.id}", MESSAGE_FAILED, f"{message.name}, {failure.reason}: {failure.text}",
                         instance.case_id, instance.id, failure.element)
        if message.goes_beyond:
            message.wait_id = wait.id
        return False
    return True


def fire_timers(instance_id: int) -> int:
    """Fire what is due by the database's clock, earliest first; returns how many."""
    fired, instance = 0, locked(Instance, instance_id)
    while (not fired or _is_woken(instance)) and (timer := _due_timer(instance_id, database_now())) is not None:
        with advancing(instance_id, "clock", Told("timer_fired", timer.element, timer.token, {"timer": timer.id})) as run:
            statements.change(timer, status=WaitStatus.DONE, closed_at=clock.now())
            if timer.term:
                clocks.finish(instance_id, timer.token, missed=True)
            run.fire(timer.token)
            fired += 1
    return fired


def _is_woken(instance: Instance) -> bool:
    """Is the time over until which its clock need not look at it?"""
    return instance.wake_at is not None and instance.wake_at <= database_now()


def _due_timer(instance_id: int, now: datetime) -> Timer | None:
    if not locked(Instance, instance_id).is_running:
        return None
    return db.session.scalar(_DUE_TIMER, {"instance": instance_id, "now": now}, execution_options={"populate_existing": True})


_DUE_TIMER = select(Timer).where(
    Timer.instance_id == bindparam("instance"), Timer.status == WaitStatus.OPEN, Timer.due_at <= bindparam("now"),
    ~waits.is_paused(Timer)).order_by(Timer.due_at, Timer.id).limit(1)


def take_turn(instance_id: int) -> bool:
    """Go on with an instance that is in the middle of a long run; False when it is not (any more)."""
    instance = locked(Instance, instance_id)
    if not instance.is_running or instance.under_way_since is None:
        return False
    instance.under_way_since = None
    with advancing(instance_id, "system"):
        return True


def cancel(instance_id: int, by: str, reason: str) -> None:
    """Stop an instance; whatever it waited for is closed and fires nothing."""
    instance = locked(Instance, instance_id)
    if not instance.is_over:
        before = instance.position
        waits.close_all(instance)
        statements.change(instance, status=InstanceStatus.CANCELLED, ended_at=clock.now(), position=[], wake_at=None,
                          under_way_since=None)
        pauses.let_go(instance, by)
        incidents.close_with(instance, by, f"The process was cancelled: {reason}" if reason else "The process was cancelled.")
        trace.write(instance, "cancelled", by, note=reason, before=before, after=[])


@contextmanager
def advancing(instance_id: int, by: str, told: Told | None = None, even_suspended: bool = False) -> Iterator[spiff.Run]:
    """Lock an instance, let the caller act on it, then run it to its next waits. Only operators act on a suspended one.

    What is `told` goes into the trace, together with the way the run took from there.
    """
    instance = locked(Instance, instance_id)
    if instance.is_suspended and not even_suspended:
        raise InstanceSuspended()
    if instance.is_over:
        raise TaskNoLongerNeeded()
    about = (instance.id, instance.case_id)
    with _telling_failures(*about):
        with _telling_breakdowns(*about):
            loaded = versions.of_instance(instance)
            run = spiff.load(loaded.definition, instance.state, context_of(instance))
        yield run
    go_on(instance, run, loaded, by, told)


def go_on(instance: Instance, run: spiff.Run, loaded: versions.Loaded, by: str, told: Told | None = None,
          deliver: bool = True) -> None:
    """Run a locked instance to its next waits, keep its rows in step, save it, and deliver what came early."""
    about = (instance.id, instance.case_id)
    with _telling_failures(*about), _telling_breakdowns(*about):
        opened = _run_to_waits(instance, run, loaded, by, told)
    if instance.is_running and deliver:
        _deliver_early(instance, opened, by)


@contextmanager
def _telling_failures(instance_id: int | None, case_id: int | None) -> Iterator[None]:
    """What the process cannot do becomes ProcessFailed: the transaction rolls back, and the door opens an incident."""
    try:
        yield
    except spiff.RunFailed as failure:
        raise ProcessFailed(instance_id, case_id, failure.element_id or "", failure.code, str(failure)) from failure


@contextmanager
def _telling_breakdowns(instance_id: int | None, case_id: int | None) -> Iterator[None]:
    """Whatever else breaks on the way to the next waits is not the fault of who acted; only a busy database stays what it is."""
    try:
        yield
    except (spiff.RunFailed, ProcessFailed, OperationalError, StaleDataError):
        raise
    except Exception as error:
        log.exception("a process broke", extra={"instance": instance_id})
        told = error.orig if isinstance(error, DBAPIError) else error  # without the values of the statement
        raise ProcessFailed(instance_id, case_id, "", "process_broken", f"{type(error).__name__}: {told}") from error


def _run_to_waits(
    instance: Instance, run: spiff.Run, loaded: versions.Loaded, by: str, told: Told | None
) -> list[MessageWait]:
    """Run, reconcile the rows, save; returns the waits for messages that opened."""
    run.context = context_of(instance)
    if instance.under_way_since is None:  # else who acts on it only takes a place in its line (`take_turn`)
        _begin_turn(instance, run)
    crash.point("process.after_run")
    opened, wake_at = waits.reconcile(instance, run, loaded)
    crash.point("process.after_rows")
    progress.keep(instance, run, loaded, by, told, wake_at)
    db.session.flush()
    return opened


def _begin_turn(instance: Instance, run: spiff.Run) -> None:
    """Do so much of it that others need not wait for long; workers go on with the rest, each turn in its own transaction."""
    goes_on = run.is_under_way
    if not run.proceed(spiff.TURN):
        instance.under_way_since = database_now()
        if not goes_on:
            after_commit(jobs.go_on, instance.id)


def _deliver_early(instance: Instance, opened: list[MessageWait], by: str) -> None:
    """Deliver what came before anybody waited for it; what the process cannot take undoes nothing of what led here."""
    while (message := matching.early([wait for wait in opened if wait.status == WaitStatus.OPEN])) is not None:
        if not deliver(instance, message, by) and message.result == "kept":
            break
