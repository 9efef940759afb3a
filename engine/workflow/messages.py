"""What others say to instances: kept first, then delivered to who waits for it or taken as a start; twice, it changes nothing."""

import hashlib
import json
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from engine import clock, crash, texts
from engine.db import database_now, db, locked
from engine.errors import Conflict
from engine.i18n import _
from engine.workflow import matching, runtime, starts, trace
from engine.workflow.models import Instance, InstanceStatus, Message, MessageWait, WaitStatus
from engine.workflow.said import StartEvent, Thrown

KEPT_FOR = timedelta(days=400)
LIVE = (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED)
BATCH = 500


class MessageChanged(Conflict):
    """The same message key came again with another content."""

    message = _("A message with this id was received before, with other content.")


def receive(case_id: int | None, name: str, payload: dict, source: str, message_key: str, by: str, keys: dict | None = None,
            goes_beyond: bool = False, expires_at: datetime | None = None, begins_by: str = "") -> Message:
    """Keep what another system or instance said, and deliver it to the first who waits for it, or start a process by it.

    A process that cannot take it is no reason to lose it: it stays kept, and an incident tells. The same (source, message_key)
    again changes nothing; with other content it raises MessageChanged; TextUnreadable. `goes_beyond`: see `matching`.
    `begins_by`: the message by which the process begins that will wait for this one, where it may come before.
    """
    texts.refuse({"name": name, "payload": payload, "keys": keys or {}})
    content = [case_id, name, payload, *([keys] if keys else [])]
    body_hash = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    message = Message(
        source=source, message_key=message_key, name=name, kind="message", case_id=case_id, payload=payload, keys=keys or {},
        goes_beyond=goes_beyond, starts="", body_hash=body_hash, received_at=clock.now(), result="kept",
        expires_at=expires_at or clock.now() + KEPT_FOR,
    )
    comes_early = begins_by and _is_on_its_way(case_id, begins_by)  # asked first: who began meanwhile is among those locked then
    instances = _lock_hearers(message)
    if (known := _heard(source, message_key, body_hash)) is not None:
        return known
    if not (goes_beyond or comes_early or instances or starts.by_message(message)) and _had_instances(case_id):
        message.result = "too_late"
    try:
        with db.session.begin_nested():
            db.session.add(message)
    except IntegrityError:  # said twice at once, and there is no instance to queue up behind
        return _heard(source, message_key, body_hash)
    crash.point("message.after_insert")
    for instance in [] if goes_beyond else instances:
        trace.write(instance, "message_received", by, name=name, message=message.id)
    if message.result == "kept" and not _pass_on(message, instances, by) and goes_beyond:
        matching.note_keys(message)
    return message


def awaited(case_id: int, name: str) -> MessageWait | None:
    """The open wait of a case for this message. Nobody else changes what its instances wait for until this transaction ends."""
    _lock_instances(case_id, set())
    return db.session.scalar(select(MessageWait).where(
        MessageWait.case_id == case_id, MessageWait.kind == "message", MessageWait.name == name,
        MessageWait.status == WaitStatus.OPEN).order_by(MessageWait.id).limit(1))


def _lock_hearers(message: Message) -> list[Instance]:
    """The instances that are told: those of its case, and the first that waits for it, whatever its case."""
    ids = {wait.instance_id for wait in matching.takers(message)[:1]}
    return _lock_instances(None if message.goes_beyond else message.case_id, ids)


def _lock_instances(case_id: int | None, more: set[int]) -> list[Instance]:
    """Those of a case that are not over, and more; always in the same order, so that nobody waits for each other."""
    of_case = select(Instance.id).where(Instance.case_id == case_id, Instance.status.in_(LIVE))
    ids = more | set(db.session.scalars(of_case) if case_id is not None else ())
    return [locked(Instance, key) for key in sorted(ids)]


def _heard(source: str, message_key: str, body_hash: str) -> Message | None:
    known = db.session.scalar(select(Message).where(Message.source == source, Message.message_key == message_key))
    if known is not None and known.body_hash != body_hash:
        raise MessageChanged()
    return known


def _is_on_its_way(case_id: int | None, name: str) -> bool:
    """Has an instance of the case said this, but nobody begun by it yet?"""
    thrown = select(Thrown.id).where(Thrown.case_id == case_id, Thrown.name == name, Thrown.handled_at.is_(None))
    kept = select(Message.id).where(Message.case_id == case_id, Message.name == name, Message.result == "kept")
    return any(db.session.scalar(query.limit(1)) is not None for query in (thrown, kept))


def _had_instances(case_id: int | None) -> bool:
    return case_id is not None and db.session.scalar(select(Instance.id).where(Instance.case_id == case_id).limit(1)) is not None


def _pass_on(message: Message, instances: list[Instance], by: str) -> bool:
    """To the first of these locked instances that waits for it; when nobody waits at all, it may start a process."""
    taker = {each.instance_id: each for each in reversed(matching.takers(message))}
    for wait in taker.values():
        instance = next((each for each in instances if each.id == wait.instance_id), None)
        if instance is not None:
            return runtime.deliver(instance, message, by)
    return not taker and starts.begin(message, by)


def deliver(message_id: int, by: str = "system") -> bool:
    """Try a kept message again: whoever waits for it now gets it, or it starts a process."""
    message = db.session.get(Message, message_id, populate_existing=True)
    instances = [locked(Instance, wait.instance_id) for wait in matching.takers(message)[:1]]
    if instances:
        return _pass_on(message, instances, by)
    locked(Message, message_id)
    return message.result == "kept" and starts.begin(message, by)


def hand_over(thrown_id: int) -> list[int]:
    """Make messages of what an instance threw, exactly once; returns those that are still to be delivered, each for itself."""
    query = select(Thrown).where(Thrown.id == thrown_id, Thrown.handled_at.is_(None)).with_for_update(skip_locked=True)
    thrown = db.session.scalar(query.execution_options(populate_existing=True))
    if thrown is None:
        return []
    thrown.handled_at = database_now()
    if thrown.kind == "signal":
        return _signal(thrown)
    receive(thrown.case_id, thrown.name, thrown.payload, "instance", f"thrown-{thrown.id}", f"instance {thrown.instance_id}",
            keys=thrown.keys, goes_beyond=True, expires_at=thrown.expires_at)
    return []


def _signal(thrown: Thrown) -> list[int]:
    """A signal is for everybody who waited for it when it was thrown, and starts every process that begins by it."""
    waits = db.session.scalars(select(MessageWait).where(
        MessageWait.kind == "signal", MessageWait.name == thrown.name, MessageWait.status == WaitStatus.OPEN,
        MessageWait.instance_id != thrown.instance_id, MessageWait.opened_at <= thrown.thrown_at).order_by(MessageWait.id))
    events = db.session.scalars(select(StartEvent).where(
        StartEvent.kind == "signal", StartEvent.name == thrown.name, StartEvent.since <= thrown.thrown_at))
    told = [_copy(thrown, str(wait.id), wait.case_id, wait_id=wait.id) for wait in waits]
    told += [_copy(thrown, event.process_key, thrown.case_id, starts=event.process_key) for event in events]
    db.session.add_all(told)
    db.session.flush()
    return [message.id for message in told]


def _copy(thrown: Thrown, to: str, case_id: int | None, **more) -> Message:
    return Message(
        source="signal", message_key=f"thrown-{thrown.id}-{to}", name=thrown.name, kind="signal", case_id=case_id,
        payload=thrown.payload, body_hash="", expires_at=thrown.expires_at or thrown.thrown_at + KEPT_FOR,
        received_at=thrown.thrown_at, **more,
    )


def let_go() -> int:
    """Messages nobody took in time expire, and those that nobody of their case can take any more; a wait that is over takes none.
    Returns how many."""
    kept = select(Message).where(Message.result == "kept").order_by(Message.id).limit(BATCH).with_for_update(skip_locked=True)
    expired = db.session.scalars(kept.where(Message.expires_at <= database_now())).all()
    outlived = [message for message in db.session.scalars(kept.where(_has_outlived_its_case())) if not starts.by_message(message)]
    for message, result in [(one, "expired") for one in expired] + [(one, "too_late") for one in outlived]:
        message.result = result
        matching.forget_keys(message)
        trace.write(None, f"message_{result}", "clock", case_id=message.case_id, name=message.name, message=message.id)
    left = kept.join(MessageWait, MessageWait.id == Message.wait_id).where(MessageWait.status != WaitStatus.OPEN)
    over = db.session.scalars(left.with_for_update(skip_locked=True, of=Message)).all()
    for message in over:  # a signal was for that wait only; a message may find another
        message.wait_id, message.result = (message.wait_id, "too_late") if message.kind == "signal" else (None, "kept")
    return len(expired) + len(outlived) + len(over)


def _has_outlived_its_case() -> ColumnElement[bool]:
    """What was said to a case whose instances are all over, and which is about to begin no other: it would come too late now."""
    of_case, other = Instance.case_id == Message.case_id, aliased(Message)
    ahead = exists().where(Thrown.case_id == Message.case_id, Thrown.handled_at.is_(None))
    begins = exists().where(other.case_id == Message.case_id, other.result == "kept", other.goes_beyond)
    return and_(~Message.goes_beyond, Message.kind == "message", Message.wait_id.is_(None), Message.expires_at > database_now(),
                exists().where(of_case), ~exists().where(of_case, Instance.status.in_(LIVE)), ~ahead, ~begins)
