"""Fire what is due: each instance in a transaction of its own, legal terms first."""

import logging

from sqlalchemy import case, select

from engine.db import database_now, db, locked, transaction
from engine.deadlines import clocks
from engine.workflow import incidents, runtime, waits
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Incident, Instance, InstanceStatus, Timer, WaitStatus

log = logging.getLogger(__name__)

BATCH = 20


def fire_due() -> int:
    """Fire due timers, batch after batch; returns how many fired."""
    fired = 0
    while ids := _due_instances():
        before = fired
        for instance_id in ids:
            fired += _fire(instance_id)
        if fired == before:
            break
    return fired


def _due_instances() -> list[int]:
    """Instances with a due timer and no open incident about it; legal terms before others, earliest first."""
    with transaction(write=False):
        told = select(Incident.instance_id).where(Incident.resolved_at.is_(None), Incident.subject.like("instance %"))
        query = select(Timer.instance_id).join(Instance).where(
            Timer.status == WaitStatus.OPEN, Timer.due_at <= database_now(), Instance.status == InstanceStatus.RUNNING,
            ~runtime.is_paused(Timer), Timer.instance_id.not_in(told.where(Incident.instance_id.is_not(None))),
        ).order_by(case((Timer.term != "", 0), else_=1), Timer.due_at).limit(BATCH)
        return list(dict.fromkeys(db.session.scalars(query)))


def _fire(instance_id: int) -> int:
    try:
        with transaction():
            return runtime.fire_timers(instance_id)
    except ProcessFailed as failure:
        with transaction():
            incidents.report_failure(failure)
        return 0


def settle_provisional() -> int:
    """Terms counted before their year's calendar was out get their true end, and their timers follow."""
    with transaction():
        moved = clocks.recount_all()
        for row in sorted(moved, key=lambda each: each.instance_id or 0):
            if row.instance_id and row.token:
                waits.move_timer(locked(Instance, row.instance_id), row.token, row.due_at)
    return len(moved)
