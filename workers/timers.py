"""Fire what is due: each instance in a transaction of its own, legal terms first."""

import logging
import time

from sqlalchemy import case, exists, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import database_now, db, transaction
from engine.workflow import incidents, runtime, waits
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Incident, Instance, InstanceStatus, Timer, WaitStatus

log = logging.getLogger(__name__)

BATCH, SMALL_BATCH = 20, 6  # instances in one transaction; SQLite has one writer, for whose turn others wait
PAUSE_SECONDS = 0.005  # between two batches
PATIENCE_SECONDS = 1.0  # then the other duties have their turn, and the rest fires in the next round
FAILED = "timer_failed"  # the kind of incident that holds an instance's timers back


def fire_due() -> int:
    """Fire due timers, batch after batch, for about a second; returns how many fired."""
    fired, until = 0, time.monotonic() + PATIENCE_SECONDS
    if not _is_any_due():
        return 0
    while True:
        is_more, count = _fire_batch()
        fired += count
        if not is_more or time.monotonic() >= until:
            return fired
        time.sleep(PAUSE_SECONDS)


def _fire_batch() -> tuple[bool, int]:
    """The timers of some instances in one transaction: after an hour down there are thousands. Whether there may be more, and how
    many fired.

    Whoever cannot fire is taken out of the batch and fails alone; the others have their next try at once.
    """
    ids, at, fired = [], None, 0
    try:
        with transaction(door="timers"):
            ids = _due_instances()
            for at in ids:
                fired += runtime.fire_timers(at)
        return len(ids) == _batch(), fired
    except (OperationalError, StaleDataError):
        log.info("timers that do not fire together are fired one by one")
        return True, sum(_fire(instance_id) for instance_id in ids)
    except Exception:
        log.info("a timer that fails is fired alone", extra={"instance": at})
        return at is not None, _fire(at) if at is not None else 0


def is_told(timer):
    """The condition that somebody is looking into why the timers of this one's instance cannot fire."""
    return exists().where(Incident.instance_id == timer.instance_id, Incident.kind == FAILED, Incident.resolved_at.is_(None))


def _is_any_due() -> bool:
    """Reads only: whoever finds nothing has kept no writer waiting."""
    with transaction(write=False):
        return db.session.scalar(_due().limit(1)) is not None


def _due_instances() -> list[int]:
    """Instances with a due timer that may fire, locked, but for those another worker has; legal terms before others."""
    first = _due().order_by(case((Timer.term != "", 0), else_=1), Timer.due_at).limit(_batch())
    return list(dict.fromkeys(db.session.scalars(first.with_for_update(of=Instance, skip_locked=True, key_share=True))))


def _batch() -> int:
    return min(BATCH, SMALL_BATCH) if db.engine.dialect.name == "sqlite" else BATCH


def _due():
    return select(Instance.id).join(Timer, Timer.instance_id == Instance.id).where(
        Timer.status == WaitStatus.OPEN, Timer.due_at <= database_now(), Instance.status == InstanceStatus.RUNNING,
        ~waits.is_paused(Timer), ~is_told(Timer),
    )


def _fire(instance_id: int) -> int:
    """One instance's timers; whatever goes wrong holds up no other instance."""
    try:
        with transaction(door="timers"):
            return runtime.fire_timers(instance_id)
    except (OperationalError, StaleDataError):
        log.warning("the database did not let a timer fire; it comes again", extra={"instance": instance_id})
    except ProcessFailed as failure:
        _tell(instance_id, f"{failure.reason}: {failure.text}", failure.element)
    except Exception as error:
        log.exception("a timer could not fire", extra={"instance": instance_id})
        _tell(instance_id, type(error).__name__)
    return 0


def _tell(instance_id: int, detail: str, element: str = "") -> None:
    with transaction():
        instance = db.session.get(Instance, instance_id)
        incidents.report(f"instance {instance_id}", FAILED, detail, instance.case_id, instance_id, element)
