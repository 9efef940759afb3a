"""Let open tasks follow the facts of their cases: an instance at a time, each in a transaction of its own."""

import logging
import time

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import transaction
from engine.inbox import following

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.0


def look() -> int:
    """Judge anew what rests on facts that have changed; returns how many tasks differ now."""
    differ, until = 0, time.monotonic() + PATIENCE_SECONDS
    with transaction(write=False):
        waiting = following.waiting(200)
    for instance_id in waiting:
        try:
            with transaction():
                differ += following.follow(instance_id)
        except (OperationalError, StaleDataError):
            log.info("an instance was busy; its tasks come again", extra={"instance": instance_id})
        if time.monotonic() >= until:
            break
    return differ
