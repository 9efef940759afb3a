"""Keep the waiting rows in step with the engine's state: one row per wait, opened, updated and closed in the same transaction."""

from datetime import datetime

from sqlalchemy import and_, exists, or_, select

from engine import clock, jobs
from engine.db import after_commit, database_now, db
from engine.deadlines import clocks, moment
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.workflow import spiff
from engine.workflow.models import CallStatus, Instance, MessageWait, OperationCall, Timer, UserTask, WaitStatus
from engine.workflow.surroundings import around, due_in
from engine.workflow.versions import Loaded

ROWS = {"user_task": UserTask, "call": OperationCall, "message": MessageWait, "timer": Timer, "condition": MessageWait}
OPEN = (WaitStatus.OPEN, CallStatus.DUE, CallStatus.RUNNING, CallStatus.STUCK)


def reconcile(instance: Instance, run: spiff.Run, loaded: Loaded) -> list[MessageWait]:
    """Open a row for each new wait, close the rows whose wait is gone; returns the newly opened message waits."""
    change = run.changed()
    with db.session.no_autoflush:  # everything new goes to the database in one go, at the end of the step
        for kind, model in ROWS.items():
            if gone := [token for each, token in change.gone if each == kind]:
                for row in db.session.scalars(_closing(model, instance.id).where(model.token.in_(gone))):
                    _close(instance, row)
        opened = [_opened(instance, wait.kind, ROWS[wait.kind], wait, loaded) for wait in change.opened]
        if change.moves_clock:
            instance.wake_at = _next_wake(instance, [row for row in opened if isinstance(row, Timer)])
    return [row for row in opened if isinstance(row, MessageWait) and row.kind != "condition"]


def _next_wake(instance: Instance, opened: list[Timer]) -> datetime | None:
    """As `next_wake`, while what this step changed is not yet in the database."""
    known = db.session.scalars(_open(Timer, instance.id))
    return min((timer.due_at for timer in {*known, *opened} if timer.status == WaitStatus.OPEN), default=None)


def _opened(instance: Instance, kind: str, model, wait: spiff.Wait, loaded: Loaded):
    """The row of a new wait; a non-interrupting event that happened waits again under its old token, in its old row."""
    fresh = _OPENERS[kind](instance, wait, loaded)
    known = db.session.scalar(select(model).where(model.instance_id == instance.id, model.token == wait.token)) \
        if kind in ("message", "timer") else None
    if known is None:
        db.session.add(fresh)
        return fresh
    known.status, known.opened_at, known.closed_at = WaitStatus.OPEN, clock.now(), None
    if kind == "timer":
        known.due_at = fresh.due_at
    if kind == "message":
        known.shape, known.keys = fresh.shape, fresh.keys
    return known


def _open(model, instance_id: int):
    return select(model).where(model.instance_id == instance_id, model.status.in_(OPEN))


def _closing(model, instance_id: int):
    """As they are now, and locked: workers note answers, and people drafts, without locking the instance."""
    return _open(model, instance_id).order_by(model.id).with_for_update().execution_options(populate_existing=True)


def close_all(instance: Instance) -> None:
    """Close whatever an ended instance still waited for; its terms are neither met nor missed."""
    clocks.cancel_all(instance.id)
    for model in set(ROWS.values()):
        for row in db.session.scalars(_closing(model, instance.id)):
            _close(instance, row)
    instance.wake_at = instance.under_way_since = None


def _close(instance: Instance, row) -> None:
    """The process no longer waits for this: somebody acted (the row says so already), or it went another way."""
    row.status = CallStatus.CANCELLED if isinstance(row, OperationCall) else WaitStatus.CANCELLED
    if isinstance(row, OperationCall):
        row.settled_at = clock.now()
    else:
        row.closed_at = clock.now()
    if isinstance(row, Timer | UserTask) and row.term:
        clocks.finish(instance.id, row.token, at=database_now())  # late is missed, whether or not a worker noticed in time


def _identity(instance: Instance, wait: spiff.Wait) -> dict:
    return {"instance_id": instance.id, "case_id": instance.case_id, "token": wait.token, "element": wait.element_id,
            "process_key": wait.process_key}


def _open_user_task(instance: Instance, wait: spiff.Wait, loaded: Loaded) -> UserTask:
    role = loaded.role(wait.process_key, wait.lane)
    assignee = wait.detail.get("assignee")
    task = UserTask(
        **_identity(instance, wait), title=wait.name or wait.element_id, role=role,
        title_en=loaded.english_name(wait.process_key, wait.element_id),
        form=wait.properties.get("form", ""), data=wait.detail.get("data", {}), status=WaitStatus.OPEN,
        body_id=around().body_for(instance.case_id, role),
    )
    if role == "party":
        task.participant_id = assignee
        task.body_id = around().body_for(instance.case_id, f"participant {assignee}")
    else:
        task.assignee_id = assignee or around().assignee_for(instance.case_id, role)
        task.claimed_at = clock.now() if task.assignee_id else None
    if term := wait.properties.get("due", ""):
        task.term, task.due_at = around().term_for(instance.case_id, term)[0], _due(instance, wait, loaded, term)
    return task


def _due(instance: Instance, wait: spiff.Wait, loaded: Loaded, term: str) -> datetime:
    """Until when. Where a timer of the same term stands on the task, that is the case's clock, and there is one of it."""
    timed = any(
        element.attached_to == wait.element_id and element.properties.get("term") == term
        for element in loaded.definition.processes[wait.process_key].elements.values()
    )
    return due_in(instance.case_id, term, _since(wait) or database_now()) if timed else _started(instance, term, wait).due_at


def _started(instance: Instance, name: str, wait: spiff.Wait, until: datetime | None = None) -> Deadline:
    term, length = around().term_for(instance.case_id, name)
    return clocks.start(instance.case_id, instance.id, term, _since(wait), wait.token, length, until)


def _since(wait: spiff.Wait) -> datetime | None:
    told = wait.detail.get("since")
    return moment(told) if told else None


def _open_call(instance: Instance, wait: spiff.Wait, loaded: Loaded) -> OperationCall:
    call = OperationCall(
        **_identity(instance, wait), operation=wait.detail["operation"], inputs=wait.detail["inputs"],
        status=CallStatus.DUE, due_at=database_now(), attempts=0, fence=0,
    )
    after_commit(_hint, call)
    return call


def _hint(call: OperationCall) -> None:
    jobs.wake(call.id)


def _open_message_wait(instance: Instance, wait: spiff.Wait, loaded: Loaded) -> MessageWait:
    shape, keys = wait.matched_by
    return MessageWait(**_identity(instance, wait), name=wait.detail["message"], status=WaitStatus.OPEN,
                       kind="signal" if wait.detail["signal"] else "message", shape=shape, keys=keys)


def _open_condition(instance: Instance, wait: spiff.Wait, loaded: Loaded) -> MessageWait:
    name = wait.detail["condition"][:100]
    return MessageWait(**_identity(instance, wait), kind="condition", name=name, status=WaitStatus.OPEN)


def _open_timer(instance: Instance, wait: spiff.Wait, loaded: Loaded) -> Timer:
    timer = Timer(
        **_identity(instance, wait), term=wait.detail.get("term") or "", attached_to=wait.detail.get("attached_to") or "",
        due_at=wait.detail["due_at"], status=WaitStatus.OPEN,
    )
    if timer.term:
        started = _started(instance, timer.term, wait, until=wait.detail["due_at"])
        timer.term, timer.due_at = started.term, started.due_at
    return timer


_OPENERS = {"user_task": _open_user_task, "call": _open_call, "message": _open_message_wait, "timer": _open_timer,
            "condition": _open_condition}


def next_wake(instance_id: int):
    """When the clock must look at this instance again, or None."""
    query = select(Timer.due_at).where(Timer.instance_id == instance_id, Timer.status == WaitStatus.OPEN)
    return db.session.scalar(query.order_by(Timer.due_at).limit(1))


def move_timer(instance: Instance, token: str, due_at) -> None:
    """Let a timer follow its extended or resumed deadline, and what people are shown; the instance's row must be locked."""
    timer = db.session.scalar(select(Timer).where(Timer.instance_id == instance.id, Timer.token == token,
                                                  Timer.status == WaitStatus.OPEN))
    shown = UserTask.token == token
    if timer is not None:
        timer.due_at = due_at
        shown = or_(shown, and_(UserTask.process_key == timer.process_key, UserTask.element == timer.attached_to,
                                UserTask.term == timer.term))
        db.session.flush()
        instance.wake_at = next_wake(instance.id)
    for task in db.session.scalars(select(UserTask).where(UserTask.instance_id == instance.id, UserTask.status == WaitStatus.OPEN,
                                                          UserTask.term != "", shown)):
        task.due_at = due_at


def is_paused(timer):
    """The condition that the term behind a timer stands still (appraisal, suspension): such a timer does not fire."""
    return exists().where(Deadline.instance_id == timer.instance_id, Deadline.token == timer.token,
                          Deadline.status == DeadlineStatus.PAUSED)
