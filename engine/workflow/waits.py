"""Keep the waiting rows in step with the engine's state: one row per wait, opened, updated and closed in the same transaction."""

from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select, update

from engine import bell, clock, jobs, statements
from engine.db import after_commit, database_now, db
from engine.deadlines import clocks, moment
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.workflow import armed, judging, spiff
from engine.workflow.models import (
    ORDINARY,
    PRIORITIES,
    CallStatus,
    Facts,
    Instance,
    MessageWait,
    OperationCall,
    TaskPriority,
    Timer,
    UserTask,
    WaitStatus,
)
from engine.workflow.surroundings import around, due_in
from engine.workflow.versions import Loaded

ROWS = {"user_task": UserTask, "call": OperationCall, "message": MessageWait, "timer": Timer, "condition": MessageWait}
OPEN = (WaitStatus.OPEN, CallStatus.DUE, CallStatus.RUNNING, CallStatus.STUCK)
ENDED = {OperationCall: "settled_at"}  # when a wait of this model was closed, if not `closed_at`
MODELS = tuple(dict.fromkeys(ROWS.values()))


def _is_open(status, among=OPEN) -> ColumnElement[bool]:
    """One of these, said in the statement: a list of values is written out anew each time it is asked."""
    return or_(*(status == each for each in among))


_OF_INSTANCE = bindparam("instance")
_LEFT = select(
    exists().where(Deadline.instance_id == _OF_INSTANCE, _is_open(Deadline.status, clocks.OPEN)),
    *(exists().where(model.instance_id == _OF_INSTANCE, _is_open(model.status)) for model in MODELS))
_NEXT_WAKE = select(func.min(Timer.due_at)).where(Timer.instance_id == bindparam("instance"), Timer.status == WaitStatus.OPEN)


def reconcile(instance: Instance, run: spiff.Run, loaded: Loaded) -> tuple[list[MessageWait], datetime | None]:
    """Open a row for each new wait, close the rows whose wait is gone; returns the newly opened message waits, and when the
    clock must look again."""
    change, opened = run.changed(), []
    for kind, model in ROWS.items():
        if gone := [token for each, token in change.gone if each == kind]:
            _close(instance, model, gone)
        if new := [wait for wait in change.opened if wait.kind == kind]:
            opened += _OPENERS[kind](instance, new, loaded) or []
    moves_clock = change.moves_clock and not run.is_completed
    return opened, next_wake(instance.id) if moves_clock else instance.wake_at


def close_all(instance: Instance) -> None:
    """Close whatever an ended instance still waited for; its terms are neither met nor missed."""
    runs, *is_open = statements.ask(_LEFT, instance=instance.id).one()
    if runs:
        clocks.cancel_all(instance.id)
    for model, is_so in zip(MODELS, is_open, strict=True):
        if is_so:
            _close(instance, model)


def _close(instance: Instance, model, tokens: list[str] | None = None) -> None:
    """The process no longer waits for these: it went another way. What a worker or a person notes on them from now on is
    outdated; late is missed, whether or not a worker noticed in time."""
    which = {} if tokens is None else {"tokens": tokens}
    for row in statements.written_over(model, _closing(model, *which), instance=instance.id, ended=clock.now(), **which):
        if model is UserTask:
            after_commit(bell.tasks_changed, row.body_id)
        if model in (Timer, UserTask) and row.term:
            clocks.finish(instance.id, row.token, at=database_now())


@cache
def _closing(model, *which: str):
    """Close all open waits of an instance, or `tokens` among them."""
    rows = model.__table__
    told = [rows.c[name] for name in ("id", "token", "term", "body_id") if name in rows.c]
    among = [rows.c.token.in_(bindparam("tokens", expanding=True))] if which else []
    return update(rows).where(rows.c.instance_id == bindparam("instance"), _is_open(rows.c.status), *among).values(
        {"status": WaitStatus.CANCELLED, "revision": rows.c.revision + 1, ENDED.get(model, "closed_at"): bindparam("ended")}
    ).returning(*told)


def _identity(instance: Instance, wait: spiff.Wait) -> dict:
    return {"instance_id": instance.id, "case_id": instance.case_id, "token": wait.token, "element": wait.element_id,
            "process_key": wait.process_key}


def _open_user_tasks(instance: Instance, new: list[spiff.Wait], loaded: Loaded) -> None:
    rows = [_user_task(instance, wait, loaded) for wait in new]
    majors = [PRIORITIES[wait.detail.get("said", {}).get("priority", "ordinary")] for wait in new]
    if set(majors) == {ORDINARY}:
        statements.add(UserTask, *rows)
    else:
        ids = zip(statements.added(UserTask, *rows), majors, strict=True)
        statements.add(TaskPriority, *[{"task_id": id_, "major": major} for id_, major in ids if major != ORDINARY])
    for body in {row["body_id"] for row in rows}:
        after_commit(bell.tasks_changed, body)


def _user_task(instance: Instance, wait: spiff.Wait, loaded: Loaded) -> dict:
    role, term, now = loaded.role(wait.process_key, wait.lane), wait.properties.get("due", ""), clock.now()
    said = wait.detail.get("said", {})
    return {
        **_identity(instance, wait), "title": said.get("task_title") or wait.name or wait.element_id, "role": role,
        "status": WaitStatus.OPEN, **_facts(instance, wait, loaded, role),
        "title_en": "" if "task_title" in said else loaded.english_name(wait.process_key, wait.element_id),
        "form": wait.properties.get("form", ""), "data": wait.detail.get("data", {}), "opened_at": now, "completed_by": "",
        "term": around().term_for(instance.case_id, term)[0] if term else "",
        "gives": wait.properties.get("gives", ""), "rated_by": wait.properties.get("rated_by", ""),
        "due_at": _due(instance, wait, loaded, term) if term else moment(said["due_by"]) if said.get("due_by") else None,
        **_holder(instance, role, wait.detail.get("assignee"), now),
    }


def _facts(instance: Instance, wait: spiff.Wait, loaded: Loaded, role: str) -> dict:
    """What the diagram says of the task, kept where it rests on facts of the case: to be judged anew when they change."""
    element = loaded.definition.element(wait.process_key, wait.element_id)
    if instance.case_id is None or element is None or not spiff.rests_on_case(element):
        return {"said": {}, "facts": Facts.NONE}
    return {"said": judging.kept(instance.case_id, role, wait.detail), "facts": Facts.ASKED}


def _holder(instance: Instance, role: str, assignee: int | None, now: datetime) -> dict:
    """Whose task it is: the party's, whoever the diagram or the case names for the role, or anybody's of the right staff."""
    if role == "party":
        body = around().body_for(instance.case_id, f"participant {assignee}")
        return {"participant_id": assignee, "body_id": body, "assignee_id": None, "claimed_at": None}
    assignee = assignee or around().assignee_for(instance.case_id, role)
    return {"participant_id": None, "body_id": around().body_for(instance.case_id, role), "assignee_id": assignee,
            "claimed_at": now if assignee else None}


def _due(instance: Instance, wait: spiff.Wait, loaded: Loaded, term: str) -> datetime:
    """Until when. Where a timer of the same term stands on or around the task, or runs beside it (contact, counted from
    acceptance), that is the case's clock, and the only one."""
    timer = armed.around(loaded, wait.process_key, wait.element_id, term)
    if timer is None:
        return _timed_beside(instance, term) or _started(instance, term, wait).due_at
    runs = clocks.running(instance.case_id, around().term_for(instance.case_id, term)[0]) \
        if timer.attached_to != wait.element_id and instance.case_id is not None else None
    return runs.due_at if runs else due_in(instance.case_id, term, _since(wait) or database_now())


def _timed_beside(instance: Instance, term: str) -> datetime | None:
    return db.session.scalar(select(Timer.due_at).where(
        Timer.instance_id == instance.id, Timer.term == term, Timer.status == WaitStatus.OPEN).limit(1))


def _started(instance: Instance, name: str, wait: spiff.Wait, until: datetime | None = None) -> Deadline:
    term, length = around().term_for(instance.case_id, name)
    return clocks.start(instance.case_id, instance.id, term, _since(wait), wait.token, length, until, wait.detail.get("whose"))


def _since(wait: spiff.Wait) -> datetime | None:
    told = wait.detail.get("since")
    return moment(told) if told else None


def _open_calls(instance: Instance, new: list[spiff.Wait], loaded: Loaded) -> None:
    now = database_now()
    due = statements.added(OperationCall, *[{
        **_identity(instance, wait), "operation": wait.detail["operation"], "inputs": wait.detail["inputs"],
        "status": CallStatus.DUE, "due_at": now,
    } for wait in new])
    if len(due) > jobs.queues():
        return after_commit(jobs.wake_all)
    for call_id in due:
        after_commit(jobs.wake, call_id)


def _open_message_waits(instance: Instance, new: list[spiff.Wait], loaded: Loaded) -> list[MessageWait]:
    return [_message_wait(instance, wait) for wait in new]


def _message_wait(instance: Instance, wait: spiff.Wait) -> MessageWait:
    """A non-interrupting event that happened waits again under its old token, in its old row."""
    row = db.session.scalar(select(MessageWait).where(MessageWait.instance_id == instance.id, MessageWait.token == wait.token))
    if row is None:
        kind = "signal" if wait.detail["signal"] else "message"
        row = MessageWait(**_identity(instance, wait), name=wait.detail["message"], kind=kind)
        db.session.add(row)
    row.status, row.opened_at, row.closed_at = WaitStatus.OPEN, clock.now(), None
    row.shape, row.keys = wait.matched_by
    return row


def _open_conditions(instance: Instance, new: list[spiff.Wait], loaded: Loaded) -> None:
    statements.add(MessageWait, *[
        {**_identity(instance, wait), "kind": "condition", "name": wait.detail["condition"][:100]} for wait in new])


def _open_timers(instance: Instance, new: list[spiff.Wait], loaded: Loaded) -> None:
    """As messages do, a timer that fired may wait again under its old token."""
    for wait in new:
        term, due = wait.detail.get("term") or "", wait.detail["due_at"]
        if term:
            started = _started(instance, term, wait, until=due)
            term, due = started.term, started.due_at
        statements.put(Timer, ("instance_id", "token"), {
            **_identity(instance, wait), "term": term, "attached_to": wait.detail.get("attached_to") or "", "due_at": due,
            "status": WaitStatus.OPEN, "opened_at": clock.now(), "closed_at": None,
        })


_OPENERS = {"user_task": _open_user_tasks, "call": _open_calls, "message": _open_message_waits, "timer": _open_timers,
            "condition": _open_conditions}


def next_wake(instance_id: int) -> datetime | None:
    """When the clock must look at this instance again, or None."""
    return statements.ask(_NEXT_WAKE, instance=instance_id).scalar()


def move_timer(instance: Instance, token: str, due_at) -> None:
    """Let a timer follow its extended or resumed deadline, and what people are shown; the instance's row must be locked."""
    timer = db.session.scalar(select(Timer).where(Timer.instance_id == instance.id, Timer.token == token,
                                                  Timer.status == WaitStatus.OPEN))
    shown = UserTask.token == token
    if timer is not None:
        timer.due_at = due_at
        has_its_own = exists().where(Deadline.instance_id == instance.id, Deadline.token == UserTask.token)
        shown = or_(shown, and_(UserTask.term == timer.term, ~has_its_own))
        db.session.flush()
        instance.wake_at = next_wake(instance.id)
    for task in db.session.scalars(select(UserTask).where(UserTask.instance_id == instance.id, UserTask.status == WaitStatus.OPEN,
                                                          UserTask.term != "", shown)):
        task.due_at = due_at


def is_paused(timer):
    """The condition that the term behind a timer stands still (appraisal, suspension): such a timer does not fire."""
    return exists().where(Deadline.instance_id == timer.instance_id, Deadline.token == timer.token,
                          Deadline.status == DeadlineStatus.PAUSED)
