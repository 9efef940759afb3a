"""Pass on what instances say, and begin what is due: each piece in a transaction of its own, exactly once."""

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, String, cast, exists, literal, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

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
        ids = list(db.session.scalars(select(Thrown.id).where(
            Thrown.handled_at.is_(None), ~_is_told("thrown", Thrown.id)).order_by(Thrown.id).limit(BATCH)))
    handed = [_do("thrown", thrown_id, messages.hand_over) for thrown_id in ids]
    for message_id in (each for told in handed if told is not None for each in told):
        _do("message", message_id, messages.deliver)
    return sum(told is not None for told in handed)


def look_again() -> int:
    """Bring kept messages and those who can take them together, where neither saw the other; let go what came to nothing."""
    with transaction(door="post"):
        messages.let_go()
    with transaction(write=False):
        kept = db.session.scalars(select(Message).where(
            matching.is_kept(), Message.wait_id.is_(None), or_(_missed(), _starts()), ~_is_told("message", Message.id),
        ).order_by(Message.id))
        ids = [message.id for message in kept if matching.takers(message) or starts.by_message(message)]
    return sum(bool(_do("message", message_id, messages.deliver)) for message_id in ids)


def _missed() -> ColumnElement:
    """Somebody began to wait, or the message came, a moment ago."""
    since = database_now() - RECENT
    heard = select(MessageWait.name).where(MessageWait.status == WaitStatus.OPEN, MessageWait.kind == "message")
    newly = Message.name.in_(heard.where(MessageWait.opened_at > since))
    return Message.goes_beyond & (Message.kind == "message") & or_(newly, (Message.received_at > since) & Message.name.in_(heard))


def _starts() -> ColumnElement:
    return exists().where(
        StartEvent.kind == Message.kind, StartEvent.name == Message.name, StartEvent.since <= Message.received_at,
        or_(Message.kind == "message", StartEvent.process_key == Message.starts))


def start_due() -> int:
    """Start the processes whose time has come; returns how many. One that cannot start holds up no other."""
    with transaction(write=False):
        ids = list(db.session.scalars(select(StartEvent.id).where(
            StartEvent.due_at <= database_now(), ~_is_told("start", StartEvent.id)).order_by(StartEvent.due_at).limit(BATCH)))
    return sum(bool(_do("start", start_id, starts.fire)) for start_id in ids)


def start_true() -> int:
    """Start the processes whose condition has become true; returns how many."""
    with transaction(write=False):
        ids = list(db.session.scalars(select(StartEvent.id).where(
            StartEvent.kind == "conditional", ~_is_told("start", StartEvent.id)).order_by(StartEvent.id)))
    return sum(bool(_do("start", start_id, starts.look)) for start_id in ids)


def _is_told(noun: str, number) -> ColumnElement:
    """Somebody is looking into why this one gets no further."""
    return exists().where(Incident.subject == literal(f"{noun} ") + cast(number, String), Incident.resolved_at.is_(None))


def _do(noun: str, number: int, duty: Callable):
    """One piece; what goes wrong with it is told and holds up no other. None when it did not work."""
    try:
        with transaction(door="post"):
            return duty(number)
    except (OperationalError, StaleDataError):
        log.warning("the database was busy; it comes again", extra={"subject": f"{noun} {number}"})
    except ProcessFailed as failure:
        _tell(noun, number, f"{failure.reason}: {failure.text}", failure.element)
    except Exception as error:
        log.exception("could not be passed on", extra={"subject": f"{noun} {number}"})
        _tell(noun, number, type(error).__name__)
    return None


def _tell(noun: str, number: int, detail: str, element: str = "") -> None:
    row = {"thrown": Thrown, "message": Message, "start": StartEvent}[noun]
    with transaction():
        of = db.session.get(row, number)
        incidents.report(f"{noun} {number}", starts.FAILED if noun == "start" else "not_passed_on", detail,
                         getattr(of, "case_id", None), getattr(of, "instance_id", None), element)
