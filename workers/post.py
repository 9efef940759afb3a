"""Pass on what instances say: each piece in a transaction of its own, exactly once."""

import logging
from datetime import timedelta

from sqlalchemy import String, cast, exists, literal, or_, select

from engine.db import database_now, db, transaction
from engine.workflow import incidents, matching, messages, starts
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Incident, Message, MessageWait, WaitStatus
from engine.workflow.said import StartEvent, Thrown

log = logging.getLogger(__name__)

BATCH = 100
RECENT = timedelta(minutes=10)  # what two transactions could not see of each other is found soon after, or never


def carry() -> int:
    """Hand over what was thrown, oldest first; returns how much."""
    with transaction(write=False):
        ids = list(db.session.scalars(select(Thrown.id).where(Thrown.handled_at.is_(None)).order_by(Thrown.id).limit(BATCH)))
    for thrown_id in ids:
        with transaction():
            told = messages.hand_over(thrown_id)
        for message_id in told:
            _deliver(message_id)
    return len(ids)


def look_again() -> int:
    """Bring kept messages and those who can take them together, where neither saw the other; let go what came to nothing."""
    with transaction():
        messages.let_go()
    with transaction(write=False):
        ids = list(db.session.scalars(select(Message.id).where(
            matching.is_kept(), Message.wait_id.is_(None), or_(_missed(), _starts()), ~_is_told()).order_by(Message.id)))
    return sum(_deliver(message_id) for message_id in ids)


def _missed():
    """Somebody began to wait, or the message came, a moment ago."""
    since = database_now() - RECENT
    heard = exists().where(MessageWait.kind == Message.kind, MessageWait.name == Message.name,
                           MessageWait.status == WaitStatus.OPEN, or_(MessageWait.opened_at > since, Message.received_at > since))
    return Message.goes_beyond & heard & (Message.starts == "")


def _starts():
    return exists().where(
        StartEvent.kind == Message.kind, StartEvent.name == Message.name, StartEvent.since <= Message.received_at,
        or_(Message.kind == "message", StartEvent.process_key == Message.starts))


def _is_told():
    """Somebody is looking into why it cannot start."""
    return exists().where(Incident.subject == literal("message ") + cast(Message.id, String), Incident.kind == starts.FAILED,
                          Incident.resolved_at.is_(None))


def _deliver(message_id: int) -> bool:
    with transaction():
        return messages.deliver(message_id)


def start_due() -> int:
    """Start the processes whose time has come; returns how many. One that cannot start holds up no other."""
    told = exists().where(Incident.subject == literal("start ") + cast(StartEvent.id, String), Incident.kind == starts.FAILED,
                          Incident.resolved_at.is_(None))
    with transaction(write=False):
        ids = list(db.session.scalars(select(StartEvent.id).where(
            StartEvent.due_at <= database_now(), ~told).order_by(StartEvent.due_at).limit(BATCH)))
    return sum(_start(start_id) for start_id in ids)


def _start(start_id: int) -> bool:
    try:
        with transaction():
            return starts.fire(start_id)
    except ProcessFailed as failure:
        with transaction():
            incidents.report(f"start {start_id}", starts.FAILED, f"{failure.reason}: {failure.text}", element=failure.element)
    return False
