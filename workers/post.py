"""Pass on what instances say, and begin what is due: each piece in a transaction of its own, exactly once."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import ColumnElement, String, cast, exists, literal, or_, select

from engine.db import database_now, db, transaction
from engine.workflow import matching, messages, starts
from engine.workflow.models import Incident, Message, MessageWait, WaitStatus
from engine.workflow.pieces import is_resting
from engine.workflow.said import StartEvent, Thrown
from workers import pieces

BATCH = 100
RECENT = timedelta(minutes=10)  # what two transactions could not see of each other is found soon after, or never


def carry() -> int:
    """Hand over what was thrown, oldest first; returns how much."""
    with transaction(write=False):
        ids = list(db.session.scalars(select(Thrown.id).where(
            Thrown.handled_at.is_(None), ~_is_held("thrown", Thrown.id)).order_by(Thrown.id).limit(BATCH)))
    handed = [told for told in _each("thrown", ids, messages.hand_over) if isinstance(told, list)]
    signals = [message_id for told in handed for message_id in told]
    list(_each("message", signals, messages.deliver))
    return len(handed)


def look_again() -> int:
    """Bring kept messages and those who can take them together, where neither saw the other; let go what came to nothing."""
    with transaction(door="post"):
        messages.let_go()
    with transaction(write=False):
        kept = db.session.scalars(select(Message).where(
            matching.is_kept(), Message.wait_id.is_(None), or_(_missed(), _starts()), ~_is_held("message", Message.id),
        ).order_by(Message.id))
        ids = [message.id for message in kept if matching.takers(message) or starts.by_message(message)]
    return sum(map(bool, _each("message", ids, messages.deliver)))


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
            StartEvent.due_at <= database_now(), ~_is_held("start", StartEvent.id)).order_by(StartEvent.due_at).limit(BATCH)))
    return sum(map(bool, _each("start", ids, starts.fire)))


def start_true() -> int:
    """Start the processes whose condition has become true; returns how many."""
    with transaction(write=False):
        ids = list(db.session.scalars(select(StartEvent.id).where(
            StartEvent.kind == "conditional", ~_is_held("start", StartEvent.id)).order_by(StartEvent.id)))
    return sum(map(bool, _each("start", ids, starts.look)))


def _is_held(noun: str, number) -> ColumnElement:
    """Somebody is looking into why this one gets no further, or a worker has just begun with it."""
    told = exists().where(Incident.subject == literal(f"{noun} ") + cast(number, String), Incident.resolved_at.is_(None))
    return told | is_resting(noun, number)


def _each(noun: str, numbers: Iterable[int], duty: Callable[[int], object]) -> Iterator:
    """What came of each piece (see `pieces.carry_out`)."""
    kind = starts.FAILED if noun == "start" else "not_passed_on"
    for subject in pieces.one_by_one([f"{noun} {number}" for number in numbers]):
        yield pieces.carry_out(subject, partial(duty, int(subject.split()[1])), kind, "post")
