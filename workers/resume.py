"""What could not be done when it came is done once somebody resolved its incident: start cases, deliver kept messages."""

from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy import and_, exists, or_, select

from engine.cases import intake
from engine.cases.models import Case, Referral
from engine.db import db, locked, transaction
from engine.workflow import matching, runtime
from engine.workflow.models import Incident, Instance, InstanceStatus, Message, MessageWait, WaitStatus
from engine.workflow.pieces import holds_back, is_resting
from workers import pieces

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
            ~exists().where(Incident.case_id == Case.id, Incident.resolved_at.is_(None)), ~is_resting("case", Case.id),
        ).order_by(Case.id).limit(BATCH)))
    return sum(_each("case", ids, _start, intake.NOT_STARTED))


def _start(case_id: int) -> bool:
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
            ~holds_back(Instance.id, runtime.MESSAGE_FAILED), ~is_resting("instance", Instance.id),
        ).order_by(Instance.id).limit(BATCH)))
    return sum(_each("instance", ids, runtime.deliver_kept, runtime.MESSAGE_FAILED))


def _each(noun: str, ids: list[int], act: Callable[[int], bool], kind: str) -> Iterator[bool]:
    for subject in pieces.one_by_one([f"{noun} {each}" for each in ids]):
        yield bool(pieces.carry_out(subject, partial(act, int(subject.split()[1])), kind))
