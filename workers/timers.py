"""Fire what is due: each instance in a transaction of its own, legal terms first."""

import logging
import time

from sqlalchemy import case, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import FOR_CHANGE, database_now, db, hold, transaction
from engine.workflow import runtime, versions, waits
from engine.workflow.models import Instance, InstanceStatus, Timer, WaitStatus
from engine.workflow.pieces import end, holds_back, is_resting
from workers import pieces
from workers.attempts import ME

log = logging.getLogger(__name__)

BATCH, SMALL_BATCH = 20, 16  # instances in one transaction; SQLite has one writer, for whose turn others wait
BATCHES = 2  # that are written down at once, before their turn
PAUSE_SECONDS = 0.005  # between two batches
PATIENCE_SECONDS = 1.0  # then the other duties have their turn, and the rest fires in the next round
FAILED = "timer_failed"  # the kind of incident that holds an instance's timers back


def fire_due() -> int:
    """Fire due timers, batch after batch, for about a second; returns how many fired."""
    fired, until = 0, time.monotonic() + PATIENCE_SECONDS
    while ids := _due_instances():
        begun = [int(subject.split()[1]) for subject in pieces.begin([f"instance {each}" for each in ids])]
        told = [_fire_batch(some) for some in _batches(begun)]
        fired += sum(count for _tried, count in told)
        if (begun and not any(tried for tried, _count in told)) or time.monotonic() >= until:
            break
        time.sleep(PAUSE_SECONDS)
    return fired


def _batches(ids: list[int]) -> list[list[int]]:
    """Whoever locks more than its own instance and case goes alone: while it waits for that, it shall hold no other instance."""
    with transaction(write=False):
        alone = [each for each in ids if _reaches_beyond(each)]
    together = [each for each in ids if each not in alone]
    size = _size()
    return [[each] for each in alone] + [sorted(together[at:at + size]) for at in range(0, len(together), size)]


def _size() -> int:
    return min(BATCH, SMALL_BATCH) if db.engine.dialect.name == "sqlite" else BATCH


def _reaches_beyond(instance_id: int) -> bool:
    runs_on = select(Instance.version_id, Instance.bindings).where(Instance.id == instance_id)
    try:
        return versions.load(*db.session.execute(runs_on).one()).reaches_beyond
    except Exception:  # its drawing cannot be read: so it will be told of, for itself
        return True


def _fire_batch(begun: list[int]) -> tuple[int, int]:
    """The timers of some instances in one transaction: after an hour down there are thousands. How many were tried, and fired.

    Whoever cannot fire fails alone; the others have their next try at once.
    """
    ids, at, fired = [], None, 0
    try:
        with transaction(door="timers"):
            ids = _free(begun)
            for at in ids:
                fired += runtime.fire_timers(at)
            end(_subjects(begun), ME)
        return len(ids), fired
    except (OperationalError, StaleDataError):
        log.info("timers that do not fire together are fired one by one")
        pieces.let_go(_subjects(begun))
        return len(ids), sum(map(_fire, ids))
    except Exception:
        log.info("a timer that fails is fired alone", extra={"instance": at})
        pieces.let_go(_subjects(begun))
        return len(ids), _fire(at) if at is not None else 0


def _subjects(ids: list[int]) -> list[str]:
    return [f"instance {each}" for each in ids]


def is_told(timer):
    """The condition that somebody is looking into why the timers of this one's instance cannot fire."""
    return holds_back(timer.instance_id, FAILED)


def _due_instances() -> list[int]:
    """Instances with a due timer that may fire, those with legal terms first. Reads only: whoever finds nothing has kept no
    writer waiting."""
    first = _due().order_by(case((Timer.term != "", 0), else_=1), Timer.due_at).limit(BATCHES * _size())
    with transaction(write=False):
        return list(dict.fromkeys(db.session.scalars(first)))


def _free(ids: list[int]) -> list[int]:
    """Those of these whose timers are still due, locked and read, but for those that somebody else holds."""
    due = _due(is_begun=True).with_only_columns(Instance).where(Instance.id.in_(ids)).order_by(Instance.id)
    locking = due.with_for_update(of=Instance, skip_locked=True, **FOR_CHANGE).execution_options(populate_existing=True)
    instances = list(dict.fromkeys(db.session.scalars(locking)))
    hold(instances)
    return [each.id for each in instances]


def _due(is_begun: bool = False):
    free = () if is_begun else (~is_resting("instance", Instance.id),)
    return select(Instance.id).join(Timer, Timer.instance_id == Instance.id).where(
        Timer.status == WaitStatus.OPEN, Timer.due_at <= database_now(), Instance.status == InstanceStatus.RUNNING,
        ~waits.is_paused(Timer), ~is_told(Timer), *free,
    )


def _fire(instance_id: int) -> int:
    """One instance's timers; whatever goes wrong holds up no other instance."""
    subject = f"instance {instance_id}"
    if not pieces.begin([subject]):
        return 0
    return pieces.carry_out(subject, lambda: runtime.fire_timers(instance_id), FAILED, "timers") or 0
