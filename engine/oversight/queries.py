"""What the people who keep the system running look for: instances, incidents, calls. Ids and codes, never case content."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.db import db
from engine.errors import NotFound
from engine.workflow.models import (
    CallAttempt,
    CallStatus,
    Incident,
    Instance,
    InstanceStatus,
    Message,
    MessageWait,
    OperationCall,
    Timer,
    TraceEntry,
    UserTask,
    Version,
)

PAGE = 50
STATUSES = {
    "running": (InstanceStatus.RUNNING,), "suspended": (InstanceStatus.SUSPENDED,),
    "ended": (InstanceStatus.COMPLETED, InstanceStatus.CANCELLED),
}
OPERATOR_EVENTS = (
    "incident_resolved", "call_retried", "token_moved", "element_skipped", "element_repeated", "variables_changed", "suspended",
    "resumed", "reopened", "cancelled", "upgraded", "upgrade_undone",
)  # their notes were written by operators, about technical matters


def search(actor: Actor, text: str = "", state: str = "", limit: int = PAGE, offset: int = 0) -> list[tuple[Instance, str]]:
    """Instances with their case's number: by number, id, operation, process or kind of incident; all, stuck, running, ended."""
    require(actor, Permission.INSTANCE_TRACE)
    query = select(Instance, Case.number).outerjoin(Case, Case.id == Instance.case_id).options(joinedload(Instance.version))
    if text.strip():
        query = query.where(_matching(text.strip()))
    if state == "stuck":
        query = query.where(Instance.id.in_(select(Incident.instance_id).where(Incident.resolved_at.is_(None))))
    elif state:
        query = query.where(Instance.status.in_(STATUSES[state]))
    rows = db.session.execute(query.order_by(Instance.id.desc()).limit(limit).offset(offset))
    return [(instance, number or "") for instance, number in rows]


def _matching(text: str):
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"

    def like(column):
        return column.like(pattern, escape="\\")

    parts = [
        like(Case.number), like(Case.court_number), like(Case.organisation_number),
        Instance.version.has(like(Version.process_key)),
        Instance.id.in_(select(OperationCall.instance_id).where(like(OperationCall.operation))),
        Instance.id.in_(select(Incident.instance_id).where(or_(like(Incident.kind), like(Incident.subject)))),
    ]
    number = text.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 10:
        parts.append(Instance.id == int(number))
    if text.startswith("call-") and text[5:].isdigit() and len(text) < 15:
        parts.append(Instance.id.in_(select(OperationCall.instance_id).where(OperationCall.id == int(text[5:]))))
    return or_(*parts)


def get(actor: Actor, instance_id: int) -> Instance:
    """One instance; raises NotFound."""
    require(actor, Permission.INSTANCE_TRACE)
    instance = db.session.get(Instance, instance_id)
    if instance is None:
        raise NotFound()
    return instance


def call(actor: Actor, call_id: int) -> OperationCall:
    """One call; raises NotFound."""
    require(actor, Permission.INSTANCE_TRACE)
    found = db.session.get(OperationCall, call_id)
    if found is None:
        raise NotFound()
    return found


def incidents(actor: Actor, limit: int = 100) -> list[tuple[Incident, str]]:
    """What is open now, the oldest first, with the case's number."""
    require(actor, Permission.INSTANCE_TRACE)
    query = select(Incident, Case.number).outerjoin(Case, Case.id == Incident.case_id).where(Incident.resolved_at.is_(None))
    return [(incident, number or "") for incident, number in db.session.execute(query.order_by(Incident.opened_at).limit(limit))]


def waits(instance: Instance) -> dict[str, list]:
    """All rows an instance ever waited in, by kind, the newest first."""
    models = {"tasks": UserTask, "calls": OperationCall, "messages": MessageWait, "timers": Timer, "incidents": Incident}
    return {
        name: list(db.session.scalars(select(model).where(model.instance_id == instance.id).order_by(model.id.desc())))
        for name, model in models.items()
    }


def attempts(instance: Instance) -> dict[int, list[CallAttempt]]:
    """Every attempt at the calls of an instance, by call."""
    found: dict[int, list[CallAttempt]] = {}
    calls = select(OperationCall.id).where(OperationCall.instance_id == instance.id)
    for row in db.session.scalars(select(CallAttempt).where(CallAttempt.call_id.in_(calls)).order_by(CallAttempt.id)):
        found.setdefault(row.call_id, []).append(row)
    return found


def received(instance: Instance) -> list[Message]:
    """The messages that came for the instance's case, without what they said."""
    if instance.case_id is None:
        return []
    return list(db.session.scalars(select(Message).where(Message.case_id == instance.case_id).order_by(Message.id.desc())))


def history(instance: Instance) -> list[TraceEntry]:
    """The trace, newest first, with what happened to the case outside the process."""
    of_instance = TraceEntry.instance_id == instance.id
    where = or_(of_instance, TraceEntry.case_id == instance.case_id) if instance.case_id else of_instance
    return list(db.session.scalars(select(TraceEntry).where(where).order_by(TraceEntry.id.desc()).limit(500)))


def private_names(instance: Instance) -> set[str]:
    """Names of the case's participants: the trace mentions them as actors, and operators see them masked."""
    return set(db.session.scalars(select(Participant.name).where(Participant.case_id == instance.case_id)))


def counts(actor: Actor) -> dict[str, int]:
    """How much there is to look at."""
    require(actor, Permission.INSTANCE_TRACE)

    def number(model, *conditions):
        return db.session.scalar(select(func.count()).select_from(model).where(*conditions))

    return {
        "incidents": number(Incident, Incident.resolved_at.is_(None)),
        "stuck": number(OperationCall, OperationCall.status == CallStatus.STUCK),
        "due": number(OperationCall, OperationCall.status.in_((CallStatus.DUE, CallStatus.RUNNING))),
        "running": number(Instance, Instance.status == InstanceStatus.RUNNING),
    }


def number(instance: Instance) -> str:
    """The number of the instance's case, or an empty text."""
    return db.session.scalar(select(Case.number).where(Case.id == instance.case_id)) or ""
