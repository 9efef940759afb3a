"""What the calendar brings: reminders before a term's end, and counting again when a year's file is there or was corrected."""

import logging
from collections.abc import Callable

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import transaction
from engine.oversight import clocks

log = logging.getLogger(__name__)

BATCH = 200


def remind() -> int:
    """Send the reminders that are due, each in a transaction of its own; returns how many."""
    with transaction(write=False):
        found = clocks.to_remind(BATCH)
    return sum(_each(clocks.remind, deadline_id) for deadline_id in found)


def recount() -> int:
    """Count again what was counted by another calendar, and ask for the years that are missing; returns how many ends moved."""
    with transaction(write=False):
        found = clocks.to_recount()
    moved = sum(_each(_moves, deadline_id) for deadline_id in found)
    with transaction():
        clocks.ask_for_calendars()
    return moved


def _moves(deadline_id: int) -> bool:
    moved = clocks.recount(deadline_id, "system")
    return moved is not None and not moved.is_kept


def _each(act: Callable[[int], bool], deadline_id: int) -> bool:
    """One term; whatever goes wrong holds up no other, and comes again."""
    try:
        with transaction(door="calendar"):
            return act(deadline_id)
    except (OperationalError, StaleDataError):
        log.warning("the database did not let a term be looked at; it comes again", extra={"deadline": deadline_id})
    except Exception:
        log.exception("a term could not be looked at", extra={"deadline": deadline_id})
    return False
