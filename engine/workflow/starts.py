"""Processes that begin by a message, a signal, a condition or the clock: which do, and begin them."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select

from engine.db import database_now, db, savepoint
from engine.workflow import incidents, runtime, spiff, trace, versions
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Message, Version
from engine.workflow.said import StartEvent
from engine.workflow.surroundings import context_at

FAILED = "start_failed"  # the kind of incident that holds a start back


def renew(version: Version) -> None:
    """A version came into force: its start events, and no others of its process, start it from now on."""
    key = version.process_key
    known = {row.element: row for row in db.session.scalars(select(StartEvent).where(StartEvent.process_key == key))}
    process = spiff.read(versions.source(key, version.files))[key]
    for element in process.starts_by_event():
        row, fresh = known.pop(element.id, None), _drawn(version, element)
        if row is not None and (row.kind, row.name, row.time) == (fresh.kind, fresh.name, fresh.time):
            row.version_id, row.variable = fresh.version_id, fresh.variable
            continue
        if row is not None:
            db.session.delete(row)
        if fresh.kind == "timer":
            _wind(fresh, element)
        if fresh.kind == "conditional":
            with suppress(spiff.RunFailed):  # an incident tells when it is looked at; what is so already does not become so
                fresh.rest = {"held": _holds(fresh)}
        db.session.add(fresh)
    for row in known.values():
        db.session.delete(row)
    db.session.flush()


def _drawn(version: Version, element: spiff.Element) -> StartEvent:
    event = element.event
    return StartEvent(
        process_key=version.process_key, version_id=version.id, element=element.id, kind=event.kind, name=event.name or "",
        variable=element.properties.get("variable", ""), rest={},
        time=" ".join(event.timer) if event.timer else event.condition or "",
    )


def _wind(row: StartEvent, element: spiff.Element) -> None:
    """When its time comes first; a day that has passed already does not come."""
    now = database_now()
    rest = spiff.first_time(element, context_at(lambda: now))
    due = rest.pop("due")
    row.due_at, row.rest = (due if rest or due > now else None), rest


def by_message(message: Message) -> StartEvent | None:
    """The start event a message is for, in force since before it came."""
    query = select(StartEvent).where(
        StartEvent.kind == message.kind, StartEvent.name == message.name, StartEvent.since <= message.received_at)
    if message.starts:
        query = query.where(StartEvent.process_key == message.starts)
    return None if message.wait_id is not None else db.session.scalar(query.order_by(StartEvent.id).limit(1))


def begin(message: Message, by: str) -> bool:
    """Start the process that begins by this kept message, for its case; if it cannot, the message stays and an incident tells."""
    event = by_message(message)
    if event is None:
        return False
    data = {event.variable: message.payload} if event.variable else message.payload
    try:
        with savepoint():
            instance = runtime.start(event.process_key, message.case_id, data, by, at=event.element)
    except ProcessFailed as failure:
        incidents.report(f"message {message.id}", FAILED, f"{failure.reason}: {failure.text}", message.case_id,
                         element=failure.element)
        return False
    message.delivered_at, message.result = database_now(), "delivered"
    trace.write(instance, "message_delivered", message.source, event.element, message=message.id)
    return True


def fire(start_id: int) -> bool:
    """Start a process whose time has come, and see when it comes again. Raises ProcessFailed."""
    query = select(StartEvent).where(StartEvent.id == start_id).with_for_update(skip_locked=True)
    row, now = db.session.scalar(query.execution_options(populate_existing=True)), database_now()
    if row is None or row.due_at is None or row.due_at > now:
        return False
    runtime.start(row.process_key, None, {}, "clock", at=row.element)
    row.due_at, row.rest = _again(row, now)
    return True


def look(start_id: int) -> bool:
    """Start a process whose condition has become true since it was last looked at. Raises ProcessFailed."""
    query = select(StartEvent).where(StartEvent.id == start_id).with_for_update(skip_locked=True)
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        return False
    try:
        holds = _holds(row)
    except spiff.RunFailed as failure:
        raise ProcessFailed(None, None, row.element, failure.code, str(failure)) from failure
    held, row.rest = row.rest.get("held", False), {"held": holds}
    if holds and not held:
        runtime.start(row.process_key, None, {}, "clock", at=row.element)
    return holds and not held


def _holds(row: StartEvent) -> bool:
    return spiff.holds_before(row.element, row.time, context_at(database_now))


def _again(row: StartEvent, now: datetime) -> tuple[datetime | None, dict]:
    kept = {**row.rest, "due": row.due_at}
    if not spiff.next_time(kept, now):
        return None, {}
    due = kept.pop("due")
    return due, kept
