"""Look again at instances that wait for a condition: what it asks for may have changed outside the process, or with time."""

from functools import partial

from sqlalchemy import exists, select

from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.models import Instance, InstanceStatus, MessageWait, WaitStatus
from engine.workflow.pieces import holds_back, is_resting
from workers import pieces

FAILED = "condition_failed"  # the kind of incident that keeps an instance from being looked at


def look() -> int:
    """Let every condition that holds by now happen; returns how many instances were looked at without trouble."""
    with transaction(write=False):
        ids = list(db.session.scalars(select(Instance.id).where(
            Instance.status == InstanceStatus.RUNNING,
            exists().where(MessageWait.instance_id == Instance.id, MessageWait.kind == "condition",
                           MessageWait.status == WaitStatus.OPEN),
            ~holds_back(Instance.id, FAILED), ~is_resting("instance", Instance.id),
        ).order_by(Instance.id)))
    begun = pieces.one_by_one([f"instance {each}" for each in ids])
    return sum(bool(pieces.carry_out(each, partial(_look_at, int(each.split()[1])), FAILED)) for each in begun)


def _look_at(instance_id: int) -> bool:
    with runtime.advancing(instance_id, "clock"):
        return True
