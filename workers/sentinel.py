"""No silent halt: a running instance that waits for nothing, or whose work is overdue, becomes an incident within a minute."""

from sqlalchemy import and_, exists, select

from engine.db import database_now, db, later, transaction
from engine.workflow import incidents
from engine.workflow.models import (
    CallStatus,
    Incident,
    Instance,
    InstanceStatus,
    MessageWait,
    OperationCall,
    Timer,
    UserTask,
    WaitStatus,
)

OVERDUE_SECONDS = 60


def look() -> int:
    """Open the missing incidents; returns how many."""
    with transaction():
        return _report_idle() + _report_overdue()


def _report_idle() -> int:
    """Running instances without any wait and without an open incident (INV4)."""
    waits = [
        exists().where(UserTask.instance_id == Instance.id, UserTask.status == WaitStatus.OPEN),
        exists().where(MessageWait.instance_id == Instance.id, MessageWait.status == WaitStatus.OPEN),
        exists().where(Timer.instance_id == Instance.id, Timer.status == WaitStatus.OPEN),
        exists().where(OperationCall.instance_id == Instance.id, OperationCall.status.in_(
            [CallStatus.DUE, CallStatus.RUNNING, CallStatus.STUCK])),
        exists().where(Incident.instance_id == Instance.id, Incident.resolved_at.is_(None)),
    ]
    idle = list(db.session.scalars(select(Instance).where(
        Instance.status == InstanceStatus.RUNNING, and_(*(~wait for wait in waits)))))
    for instance in idle:
        incidents.report(f"instance {instance.id}", "waits_for_nothing", "The instance runs but waits for nothing.",
                         instance.case_id, instance.id)
    return len(idle)


def _report_overdue() -> int:
    """Due timers and calls that nobody took for a minute (INV4b)."""
    limit = later(database_now(), -OVERDUE_SECONDS)
    late = [(f"timer {row.id}", "timer_overdue", row) for row in db.session.scalars(
        select(Timer).where(Timer.status == WaitStatus.OPEN, Timer.due_at < limit).limit(500))]
    late += [(f"call {row.id}", "call_overdue", row) for row in db.session.scalars(
        select(OperationCall).where(OperationCall.status == CallStatus.DUE, OperationCall.due_at < limit).limit(500))]
    for subject, kind, row in late:
        incidents.report(
            subject, kind, "Due for more than a minute, and nobody took it.", row.case_id, row.instance_id, row.element
        )
    return len(late)
