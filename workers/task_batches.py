"""Do what somebody asked for with all tasks of a list: each in a transaction of its own, a second's worth at a time."""

import logging
import time

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import transaction
from engine.inbox import batches

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.0


def look() -> int:
    """Go on with what waits; returns how many tasks were settled."""
    settled, until = 0, time.monotonic() + PATIENCE_SECONDS
    with transaction(write=False):
        waiting = batches.waiting(200)
    for item_id in waiting:
        settled += _carry_out(item_id)
        if time.monotonic() >= until:
            break
    return settled


def _carry_out(item_id: int) -> bool:
    try:
        with transaction():
            return batches.carry_out(item_id)
    except (OperationalError, StaleDataError):
        log.info("a task was busy; it comes again", extra={"item": item_id})
        return False
    except Exception:
        log.exception("a task of many could not be done", extra={"item": item_id})
        with transaction():
            batches.broke(item_id)
        return True
