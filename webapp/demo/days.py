"""Let days pass for one case of the demo and for no other: what is on its record moves into the past, and its terms run out."""

from datetime import datetime, timedelta

from sqlalchemy import inspect, select

from engine import clock
from engine.cases.models import Case
from engine.db import db, locked, transaction
from engine.deadlines import clocks, recounting
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.deadlines.yearly import installed
from engine.workflow.models import CallStatus, Instance, MessageWait, OperationCall, Timer, UserTask, WaitStatus

MOVED = (UserTask, MessageWait, Timer, Deadline)  # not the history: it is append only
AT_WORK = (CallStatus.DUE, CallStatus.RUNNING, CallStatus.STUCK)


def stands_at(case_id: int, elements: tuple[str, ...]) -> bool:
    """Does the case wait for these tasks and for nobody and nothing else, with nothing that is due?"""
    with transaction(write=False):
        waiting = set(db.session.scalars(select(UserTask.element).where(
            UserTask.case_id == case_id, UserTask.status == WaitStatus.OPEN)))
        at_work = db.session.scalar(select(OperationCall.id).where(
            OperationCall.case_id == case_id, OperationCall.status.in_(AT_WORK)).limit(1))
        is_due = any(timer.due_at <= clock.now() for timer in _open(Timer, Timer.case_id == case_id))
    return bool(waiting) and waiting <= set(elements) and at_work is None and not is_due


def pass_until_due(case_id: int) -> None:
    """Let pass what is left until the case's next timer is due; a week where there is none."""
    with transaction(write=False):
        dues = [timer.due_at for timer in _open(Timer, Timer.case_id == case_id)]
    pass_for(case_id, min(dues) - clock.now() + timedelta(seconds=1) if dues else timedelta(days=7))


def pass_for(case_id: int, span: timedelta) -> None:
    """The case stands as if all of it had happened so much earlier; the workers fire what is due by that."""
    with transaction():
        keys = db.session.scalars(select(Instance.id).where(Instance.case_id == case_id).order_by(Instance.id)).all()
        instances = [locked(Instance, key) for key in keys]
        _move(locked(Case, case_id), span)
        for model in MOVED:
            for row in db.session.scalars(select(model).where(model.case_id == case_id)):
                _move(row, span)
        db.session.flush()
        for row in clocks.of_case(case_id):
            if row.status == DeadlineStatus.RUNNING:
                _count_again(row)
        for instance in instances:
            instance.wake_at = min((timer.due_at for timer in _open(Timer, Timer.instance_id == instance.id)), default=None)


def _move(row, span: timedelta) -> None:
    for column in inspect(type(row)).columns:
        value = getattr(row, column.key)
        if isinstance(value, datetime):
            setattr(row, column.key, value - span)


def _count_again(row: Deadline) -> None:
    """By the calendar, from the day on which the term now began: weekends and holidays lie otherwise there."""
    if (found := recounting.again(row, installed())) is not None:
        clocks.tell(row, found, clock.now())
    for timer in _open(Timer, Timer.instance_id == row.instance_id, Timer.token == row.token):
        timer.due_at = row.due_at
    for task in _open(UserTask, UserTask.case_id == row.case_id, UserTask.term == row.term):
        task.due_at = row.due_at


def _open(model, *conditions):
    return db.session.scalars(select(model).where(model.status == WaitStatus.OPEN, *conditions)).all()
