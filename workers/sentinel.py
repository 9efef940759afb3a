"""No silent halt: what runs but waits for nothing, for nobody, or too long becomes an incident within a minute.

What the sentinel opened it closes when it is no longer so, and no incident outlives the call it is about.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import String, and_, cast, exists, literal, or_, select

from engine.access.models import Participant, Role, RoleGrant, User
from engine.cases import messages
from engine.db import database_now, db, later, transaction
from engine.workflow import incidents, waits
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
from engine.workflow.said import Thrown
from workers import due, long_runs, timers

OVERDUE_SECONDS = 60
SILENCE = timedelta(days=60)
LIMIT = 500
MANY = 20  # more of a kind than this have one cause, and one incident tells of them
OVER = (CallStatus.DONE, CallStatus.REJECTED, CallStatus.CANCELLED)


@dataclass
class Compared:
    """What is open of one kind of incident beside what is found now."""

    kind: str
    detail: str
    missing: dict[str, object]  # subject → its row; None: many of them together
    passed: list[Incident]

    def is_as_told(self) -> bool:
        return not self.missing and not self.passed


def look() -> int:
    """Open the missing incidents and close those that have passed; returns how many were opened.

    Looked for without a lock first: SQLite's writers need not wait for somebody who finds nothing.
    """
    with transaction(write=False):
        if all(each.is_as_told() for each in _compared()) and not _left_behind():
            return 0
    with transaction(door="sentinel"):
        for incident in _left_behind():
            incidents.resolve(incident, "system", "The call is over: the process went on.")
        return sum(_carry_out(each) for each in _compared())


def _compared() -> list[Compared]:
    limit = later(database_now(), -OVERDUE_SECONDS)
    return [
        _compare("instance", "waits_for_nothing", "The instance runs but waits for nothing.", _idle()),
        _compare("task", "nobody_can_take", "Nobody with an open account can take this task.", _nobodys()),
        _compare("instance", "run_overdue", "Nobody has gone on with its run for more than a minute.", _standing(limit)),
        _compare("timer", "timer_overdue", "Due for more than a minute, and nobody took it.", _late_timers(limit)),
        _compare("call", "call_overdue", "Due for more than a minute, and nobody took it.", _late_calls(limit)),
        _compare("wait", "court_silent", "A court's own system was asked two months ago and has not answered.", _silent_courts()),
        _compare("post", "post_overdue", "Said more than a minute ago, and nobody passed it on.", _late_post(limit)),
    ]


def _compare(noun: str, kind: str, detail: str, rows: Sequence) -> Compared:
    """One open incident of this kind for each of these rows, or for many of them together, and for no others."""
    known = {row.subject: row for row in db.session.scalars(_open().where(Incident.kind == kind))}
    found = {f"{noun} {row.id}": row for row in rows}
    if len(found) > MANY and noun != "instance":  # an instance that stands still for ever is told of for itself
        found = {subject: row for subject, row in found.items() if subject in known} | {f"many: {noun}": None}
    missing = {subject: row for subject, row in found.items() if subject not in known}
    passed = [incident for subject, incident in known.items() if subject not in found] if len(rows) < LIMIT else []
    return Compared(kind, detail, missing, passed)


def _carry_out(compared: Compared) -> int:
    for subject, row in compared.missing.items():
        _report(subject, compared.kind, compared.detail, row)
    for incident in compared.passed:
        incidents.resolve(incident, "system", "It is no longer so.")
    return len(compared.missing)


def _report(subject: str, kind: str, detail: str, row) -> None:
    if row is None:
        incidents.report(subject, kind, f"{detail} So it is with more than {MANY}.")
    elif isinstance(row, Instance):
        incidents.report(subject, kind, detail, row.case_id, row.id)
    else:
        incidents.report(subject, kind, detail, row.case_id, row.instance_id, row.element)


def _open():
    return select(Incident).where(Incident.resolved_at.is_(None))


def _idle() -> Sequence[Instance]:
    """Running instances without any wait that nobody looks into for another reason (INV4)."""
    told = and_(Incident.instance_id == Instance.id, Incident.resolved_at.is_(None), Incident.kind != "waits_for_nothing")
    reasons = [
        exists().where(UserTask.instance_id == Instance.id, UserTask.status == WaitStatus.OPEN),
        exists().where(MessageWait.instance_id == Instance.id, MessageWait.status == WaitStatus.OPEN),
        exists().where(Timer.instance_id == Instance.id, Timer.status == WaitStatus.OPEN),
        exists().where(OperationCall.instance_id == Instance.id, OperationCall.status.not_in(OVER)),
        exists().where(told),
    ]
    return db.session.scalars(select(Instance).where(
        Instance.status == InstanceStatus.RUNNING, Instance.under_way_since.is_(None),
        and_(*(~reason for reason in reasons))).limit(LIMIT)).all()


def _standing(limit) -> Sequence[Instance]:
    """Long runs that nobody goes on with, but for failures that are known."""
    return db.session.scalars(select(Instance).where(
        Instance.status == InstanceStatus.RUNNING, Instance.under_way_since < limit, ~long_runs.is_told()).limit(LIMIT)).all()


def _nobodys() -> Sequence[UserTask]:
    """Open tasks of a party who is gone, of a closed account, or of a team without people."""
    party = exists().where(Participant.id == UserTask.participant_id, Participant.is_current)
    holder = exists().where(User.id == UserTask.assignee_id, User.is_active)
    colleague = exists().where(User.id == RoleGrant.user_id, User.is_active, RoleGrant.role == UserTask.role,
                               RoleGrant.body_id == UserTask.body_id, RoleGrant.is_in_force)
    given, for_party = UserTask.assignee_id.is_not(None), UserTask.role == "party"
    taken = UserTask.role != Role.MEDIATOR  # a mediator's tasks are given, not taken
    able = or_(and_(for_party, party), and_(~for_party, given, holder), and_(~for_party, ~given, taken, colleague))
    return db.session.scalars(select(UserTask).where(UserTask.status == WaitStatus.OPEN, ~able).limit(LIMIT)).all()


def _late_timers(limit) -> Sequence[Timer]:
    """Due timers that did not fire (INV4b), but for terms that stand still and failures that are known."""
    return db.session.scalars(select(Timer).where(
        Timer.status == WaitStatus.OPEN, Timer.due_at < limit, ~waits.is_paused(Timer), ~timers.is_told(Timer),
        ~exists().where(Instance.id == Timer.instance_id, Instance.status == InstanceStatus.SUSPENDED),
    ).limit(LIMIT)).all()


def _late_calls(limit) -> Sequence[OperationCall]:
    """Due calls that nobody took (INV4b), but for those whose turn has not come."""
    return db.session.scalars(select(OperationCall).where(
        OperationCall.status == CallStatus.DUE, OperationCall.due_at < limit, due.has_its_turn()).limit(LIMIT)).all()


def _silent_courts() -> Sequence[MessageWait]:
    """What waits for the word of a court's own system, and has for long: no clock of ours ends it."""
    return db.session.scalars(select(MessageWait).where(
        MessageWait.status == WaitStatus.OPEN, MessageWait.name.in_(messages.COURT_ANSWERS),
        MessageWait.opened_at < database_now() - SILENCE,
        exists().where(Instance.id == MessageWait.instance_id, Instance.status == InstanceStatus.RUNNING),
    ).order_by(MessageWait.id).limit(LIMIT)).all()


def _late_post(limit) -> Sequence[Thrown]:
    """What instances said and nobody has carried yet, but for failures that are known."""
    told = exists().where(Incident.subject == literal("thrown ") + cast(Thrown.id, String), Incident.resolved_at.is_(None))
    return db.session.scalars(select(Thrown).where(
        Thrown.handled_at.is_(None), Thrown.thrown_at < limit, ~told).limit(LIMIT)).all()


def _left_behind() -> list[Incident]:
    """A call that is over needs nobody to look into why it was stuck; only an effect after the cancelling still does."""
    told = defaultdict(list)
    for row in db.session.scalars(_of_calls()):
        told[int(row.subject[5:])].append(row)
    over = select(OperationCall.id).where(OperationCall.id.in_(told), OperationCall.status.in_(OVER))
    return [incident for call_id in db.session.scalars(over) for incident in told[call_id]]


def _of_calls():
    return _open().where(Incident.subject.like("call %"), Incident.kind != incidents.EFFECT_AFTER_CANCEL)
