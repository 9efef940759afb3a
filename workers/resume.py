"""What could not be done when it came is done once somebody resolved its incident: start cases, deliver kept messages."""

from sqlalchemy import and_, exists, or_, select

from engine.cases import intake
from engine.cases.models import Case, Referral
from engine.db import db, locked, transaction
from engine.workflow import matching, runtime
from engine.workflow.models import Incident, Instance, InstanceStatus, Message, MessageWait, WaitStatus

BATCH = 100


def look() -> int:
    """Try everything again that nobody is looking into any more; returns how much of it succeeded."""
    return start_cases() + deliver_messages()


def start_cases() -> int:
    """Start the processes of cases that were taken but could not start."""
    with transaction(write=False):
        ids = list(db.session.scalars(select(Case.id).where(
            Case.stage == "received", Case.closed_at.is_(None), exists().where(Referral.case_id == Case.id),
            ~exists().where(Instance.case_id == Case.id),
            ~exists().where(Incident.case_id == Case.id, Incident.resolved_at.is_(None)),
        ).order_by(Case.id).limit(BATCH)))
    return sum(_start(case_id) for case_id in ids)


def _start(case_id: int) -> bool:
    with transaction():
        case = locked(Case, case_id)
        if db.session.scalar(select(Instance.id).where(Instance.case_id == case_id)) is not None:
            return False  # another worker was faster
        return intake.begin(case, by="system")


def deliver_messages() -> int:
    """Deliver messages that an instance waits for and could not take before."""
    with transaction(write=False):
        ids = list(db.session.scalars(select(Instance.id).where(
            Instance.status == InstanceStatus.RUNNING,
            exists().where(and_(
                matching.is_kept(), MessageWait.instance_id == Instance.id, MessageWait.status == WaitStatus.OPEN,
                or_(Message.wait_id == MessageWait.id, and_(
                    Message.wait_id.is_(None), Message.case_id == Instance.case_id, MessageWait.name == Message.name,
                    MessageWait.kind == Message.kind)))),
            ~exists().where(Incident.instance_id == Instance.id, Incident.kind == runtime.MESSAGE_FAILED,
                            Incident.resolved_at.is_(None)),
        ).order_by(Instance.id).limit(BATCH)))
    return sum(_deliver(instance_id) for instance_id in ids)


def _deliver(instance_id: int) -> bool:
    with transaction():
        return runtime.deliver_kept(instance_id)
