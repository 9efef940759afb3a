"""Give tasks of offices to their people, where a diagram says so: each in a transaction of its own."""

import logging
import time

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import transaction
from engine.errors import DomainError
from engine.expressions import ExpressionFailed
from engine.inbox.sharing import giving

log = logging.getLogger(__name__)

PATIENCE_SECONDS, MOST = 1.0, 200
NOBODY_SECONDS = 30.0  # who could not be given comes again after so long

_passed_over: dict[int, float] = {}  # tasks that nobody could have, or that could not be judged: until when


def look() -> int:
    """Give what is to be given; returns how many were."""
    given, now = 0, time.monotonic()
    for task_id in [each for each, until in _passed_over.items() if until <= now]:
        del _passed_over[task_id]
    with transaction(write=False):
        waiting = [task_id for task_id in giving.waiting(MOST + len(_passed_over)) if task_id not in _passed_over]
    for task_id in waiting:
        if _give(task_id):
            given += 1
        else:
            _passed_over[task_id] = time.monotonic() + NOBODY_SECONDS
        if time.monotonic() >= now + PATIENCE_SECONDS:
            break
    return given


def _give(task_id: int) -> bool:
    try:
        with transaction():
            return giving.give(task_id) is not None
    except (OperationalError, StaleDataError):
        log.info("a task was busy; it comes again", extra={"task": task_id})
    except (DomainError, ExpressionFailed):
        log.warning("a task could not be given; it stays free to be taken", extra={"task": task_id}, exc_info=True)
    return False
