"""The waiting rows of an instance as they are at one moment, what changed since, and back again: for undoing an upgrade."""

from datetime import datetime

from sqlalchemy import select

from engine import clock
from engine.db import Moment, db
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.workflow.models import CallStatus, Instance, MessageWait, OperationCall, Timer, UserTask, WaitStatus

PLACE = ("element", "process_key")
CLOSING = ("status", "closed_at")
KEPT = {
    UserTask: (*PLACE, *CLOSING, "title", "title_en", "form", "role", "body_id", "assignee_id", "claimed_at"),
    MessageWait: (*PLACE, *CLOSING),
    Timer: (*PLACE, *CLOSING, "attached_to", "due_at"),
    OperationCall: PLACE,
    Deadline: ("status", "ended_at", "note", "due_at", "paused_at", "pauses", "explanation"),
}
OF_INSTANCE = ("version_id", "bindings", "stage", "position", "wake_at", "under_way_since", "status", "ended_at", "end_event")
OPEN = (WaitStatus.OPEN, CallStatus.DUE, CallStatus.RUNNING, CallStatus.STUCK, DeadlineStatus.RUNNING, DeadlineStatus.PAUSED)
MODELS = {model.__tablename__: model for model in KEPT}


def taken(instance: Instance) -> dict:
    """The instance's own columns and its open rows, by table and id."""
    found = {name: {row.id: _values(row, KEPT[model]) for row in _open(model, instance)} for name, model in MODELS.items()}
    return {"instance": _values(instance, OF_INSTANCE), "rows": found}


def difference(instance: Instance, before: dict) -> dict:
    """What it takes to go back: the former values of rows that changed, and the ids of rows that are new."""
    db.session.flush()
    changed, opened = [], []
    for name, model in MODELS.items():
        known = before["rows"][name]
        for row in db.session.scalars(select(model).where(model.id.in_(known))):
            now = _values(row, KEPT[model])
            if former := {column: value for column, value in known[row.id].items() if now[column] != value}:
                changed.append([name, row.id, former])
        opened += [[name, row.id] for row in _open(model, instance) if row.id not in known]
    return {"instance": before["instance"], "changed": changed, "opened": opened}


def is_under_way(kept: dict) -> bool:
    """Has a worker begun one of the calls that are new?"""
    calls = [id_ for name, id_ in kept["opened"] if name == OperationCall.__tablename__]
    return bool(calls) and any(
        call.status != CallStatus.DUE or call.attempts
        for call in db.session.scalars(select(OperationCall).where(OperationCall.id.in_(calls)).with_for_update()))


def restore(instance: Instance, kept: dict) -> None:
    """Put everything back as it was; what is new is closed."""
    for name, id_ in kept["opened"]:
        _close(db.session.get(MODELS[name], id_))
    for name, id_, former in kept["changed"]:
        _set(db.session.get(MODELS[name], id_), former)
    _set(instance, kept["instance"])


def _open(model, instance: Instance):
    return db.session.scalars(select(model).where(model.instance_id == instance.id, model.status.in_(OPEN)).order_by(model.id))


def _values(row, columns) -> dict:
    values = {column: getattr(row, column) for column in columns}
    return {column: value.isoformat() if isinstance(value, datetime) else value for column, value in values.items()}


def _set(row, values: dict) -> None:
    for column, value in values.items():
        is_moment = isinstance(type(row).__table__.c[column].type, Moment)
        setattr(row, column, datetime.fromisoformat(value) if is_moment and value else value)


def _close(row) -> None:
    row.status = CallStatus.CANCELLED  # the same word in all tables
    ended = {OperationCall: "settled_at", Deadline: "ended_at"}.get(type(row), "closed_at")
    setattr(row, ended, clock.now())
