"""Whose role as an institution's handler has run out handles nothing there any more: one person at a time."""

import logging

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import transaction
from engine.inbox.sharing import leaving

log = logging.getLogger(__name__)


def end_lapsed() -> int:
    """What they had becomes free to be taken; returns how many people had something."""
    with transaction(write=False):
        found = leaving.due()
    done = 0
    for user_id, body_id in found:
        try:
            with transaction(door="duty"):
                done += leaving.end_lapsed(user_id, body_id)
        except (OperationalError, StaleDataError):
            log.info("a handler's work was busy; it comes again", extra={"user": user_id})
    return done
