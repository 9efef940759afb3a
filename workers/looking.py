"""Is there anything to do at all? One question each second, in place of one for each duty, mostly asked for nothing.

It may say yes where the duty then finds that it has to wait: what is held back is the duty's own to know. It never says no where
the duty would find something.
"""

import time
from functools import cache

from sqlalchemy import Select, and_, bindparam, exists, literal_column, or_, select

from engine import statements
from engine.db import Moment, database_now, transaction
from engine.inbox.models import TaskBatch, TaskBatchItem
from engine.workflow.models import Message, OperationCall, Timer, UserTask
from engine.workflow.motion import UpgradeItem
from engine.workflow.said import StartEvent, Thrown
from workers.attempts import ME

FRESH_SECONDS = 0.1  # an answer holds for the duties of one round


def _said(column, value: str):
    """Said in the statement: so a database sees that its partial indexes fit."""
    return column == literal_column(f"'{value}'")


@cache
def _anything() -> Select:
    now = bindparam("now", type_=Moment)
    is_open = _said(UserTask.status, "open")
    asked = {
        "timers": exists().where(_said(Timer.status, "open"), Timer.due_at <= now),
        "post": exists().where(Thrown.handled_at.is_(None)),
        "starts": exists().where(StartEvent.due_at <= now),
        "reaper": exists().where(_said(OperationCall.status, "running"), or_(
            OperationCall.lease_until < now, OperationCall.lease_owner != bindparam("me"))),
        "following": exists().where(is_open, _said(UserTask.facts, "changed")),
        "giving": exists().where(is_open, UserTask.gives != literal_column("''"), UserTask.assignee_id.is_(None)),
        "upgrades": exists().where(_said(UpgradeItem.status, "waiting")),
        "task batches": exists().where(and_(
            TaskBatchItem.batch_id == TaskBatch.id, _said(TaskBatch.status, "running"), _said(TaskBatchItem.status, "waiting"))),
        "kept messages": exists().where(_said(Message.result, "kept")),
    }
    return select(*(condition.label(name) for name, condition in asked.items()))


DUTIES = frozenset(column.name for column in _anything().selected_columns)


class Look:
    """What one thread of a worker saw last."""

    def __init__(self):
        self._seen, self._at = {}, 0.0

    def finds(self, name: str) -> bool:
        """May there be something for this duty?"""
        if time.monotonic() - self._at > FRESH_SECONDS:
            with transaction(write=False):
                self._seen = dict(statements.ask(_anything(), now=database_now(), me=ME).mappings().one())
            self._at = time.monotonic()
        return self._seen[name]
