"""What the clock of a term begins: the process that starts by a message, and its entry in the history of the case."""

from sqlalchemy import select

from engine.db import db
from engine.deadlines.models import Deadline
from engine.workflow import incidents, runtime, trace
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Instance
from engine.workflow.said import StartEvent


def begin(row: Deadline, name: str, told: dict, failed: str) -> bool:
    """Begin the process that waits for this message; when it cannot begin, an incident of the kind `failed` says so."""
    begins = select(StartEvent).where(StartEvent.kind == "message", StartEvent.name == name).order_by(StartEvent.id)
    event = db.session.scalar(begins.limit(1))
    if event is None:
        return False
    try:
        with db.session.begin_nested():
            data = {event.variable: told} if event.variable else told
            runtime.start(event.process_key, row.case_id, data, "clock", at=event.element)
    except ProcessFailed as failure:
        incidents.report(f"deadline {row.id}", failed, f"{failure.reason}: {failure.text}", row.case_id, element=failure.element)
        return False
    return True


def write(row: Deadline, event: str, by: str = "clock", **detail) -> None:
    """Keep it in the history of the case."""
    instance = db.session.get(Instance, row.instance_id) if row.instance_id else None
    trace.write(instance, event, by, case_id=row.case_id, term=row.term, **detail)
