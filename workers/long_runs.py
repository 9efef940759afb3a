"""Go on with runs that are too long for one transaction: a turn each, whoever has waited longest first."""

import time

from sqlalchemy import select

from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.models import Instance, InstanceStatus
from engine.workflow.pieces import RUN_FAILED, holds_back, is_resting
from workers import pieces

_held_up: dict[int, float] = {}  # instances that somebody else held when their turn came: until when all others go first

LONGEST_PAUSE_SECONDS = 0.05
OTHERS_FIRST_SECONDS = 1.0


def go_on() -> bool:
    """One turn of one run, and then a pause as long, in which others write; False when no run waits for a turn."""
    began = time.monotonic()
    for instance_id in [each for each, until in _held_up.items() if until <= began]:
        del _held_up[instance_id]
    with transaction(write=False):
        instance_id = db.session.scalar(_waiting().where(Instance.id.not_in(list(_held_up))).limit(1))
    if instance_id is None:
        return False
    if not _take_turn(instance_id):
        _held_up[instance_id] = time.monotonic() + OTHERS_FIRST_SECONDS
    time.sleep(min(time.monotonic() - began, LONGEST_PAUSE_SECONDS))
    return True


def is_told():
    """The condition that somebody is looking into why the run of an instance cannot go on."""
    return holds_back(Instance.id, RUN_FAILED)


def _waiting():
    return select(Instance.id).where(
        Instance.under_way_since.is_not(None), Instance.status == InstanceStatus.RUNNING, ~is_told(),
        ~is_resting("instance", Instance.id),
    ).order_by(Instance.under_way_since)


def _take_turn(instance_id: int) -> bool:
    """False when somebody else holds what it needs, so that it must come again."""
    subject = f"instance {instance_id}"
    if not pieces.begin([subject]):
        return False
    return pieces.carry_out(subject, lambda: _turn(instance_id), RUN_FAILED, "turn") is not None


def _turn(instance_id: int) -> bool | None:
    free = select(Instance.id).where(Instance.id == instance_id).with_for_update(skip_locked=True, key_share=True)
    return None if db.session.scalar(free) is None else runtime.take_turn(instance_id)
