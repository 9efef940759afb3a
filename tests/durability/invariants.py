"""What holds after any fault, asked of the rows: each finding is a sentence; none is what everybody wants."""

from sqlalchemy import func, select

from engine import storage
from engine.db import database_now, db, later
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.documents.models import Document
from engine.errors import NotFound
from engine.workflow.models import CallStatus, Instance, InstanceStatus, OperationCall, Timer, TraceEntry, UserTask, WaitStatus

ONCE = ("task_completed", "call_completed", "call_rejected")  # what happens to one wait once
OVERDUE_SECONDS = 60


def broken() -> list[str]:
    """Everything that is wrong with what the database says."""
    return [*_twice(), *_delivered_twice(), *_waiting_after_the_end(), *_late(), *_double_terms(), *_without_file()]


def _twice():
    """INV3: nothing happened twice to one wait."""
    seen = select(TraceEntry.instance_id, TraceEntry.event, TraceEntry.token, func.count()).where(
        TraceEntry.event.in_(ONCE)).group_by(TraceEntry.instance_id, TraceEntry.event, TraceEntry.token).having(func.count() > 1)
    return [f"instance {key}: {event} {count} times at {token}" for key, event, token, count in db.session.execute(seen)]


def _delivered_twice():
    """INV3: a message arrives once."""
    heard = [entry.detail["message"] for entry in db.session.scalars(
        select(TraceEntry).where(TraceEntry.event == "message_delivered"))]
    return [f"message {each} was delivered {heard.count(each)} times" for each in {*heard} if heard.count(each) > 1]


def _waiting_after_the_end():
    """An instance that is over waits for nothing."""
    over = Instance.status.in_([InstanceStatus.COMPLETED, InstanceStatus.CANCELLED])
    for model, waiting in ((UserTask, [WaitStatus.OPEN]), (Timer, [WaitStatus.OPEN]),
                           (OperationCall, [CallStatus.DUE, CallStatus.RUNNING])):
        rows = select(model.id).join(Instance, Instance.id == model.instance_id).where(over, model.status.in_(waiting))
        yield from (f"{model.__tablename__} {key} is open, but its instance is over" for key in db.session.scalars(rows))


def _late():
    """INV4b, INV10: nothing is due, and nothing is held, for longer than a minute."""
    limit = later(database_now(), -OVERDUE_SECONDS)
    held = select(OperationCall.id).where(OperationCall.status == CallStatus.RUNNING, OperationCall.lease_until < limit)
    return [f"call {key} is held by a worker that is gone" for key in db.session.scalars(held)]


def _double_terms():
    """INV9: one armed deadline per case, term and party."""
    columns = Deadline.case_id, Deadline.term, Deadline.token
    armed = select(*columns).where(Deadline.status == DeadlineStatus.RUNNING).group_by(*columns).having(func.count() > 1)
    return [f"case {case}: term {term} runs twice" for case, term, _token in db.session.execute(armed)]


def _without_file():
    """INV8: each document has its bytes."""
    for document in db.session.scalars(select(Document)):
        try:
            storage.get(document.sha256)
        except (NotFound, storage.FileDamaged) as error:
            yield f"document {document.id}: {type(error).__name__}"
